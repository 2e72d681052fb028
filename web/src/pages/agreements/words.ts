/* words.ts -- words of the page about agreements on terms of sale. */
import type { Schemas } from '../../base/api';
import type { Word, Words } from '../../base/say';

export const status_words: Record<Schemas['AgreementStatus'], Word> = {
  draft: ['не согласовано', 'не узгоджено', 'not agreed yet'],
  active: ['действует', 'діє', 'in force'],
  closed: ['закрыто', 'закрито', 'closed'],
};
export const words = {
  title: ['Соглашения об условиях продаж', 'Угоди про умови продажу', 'Agreements on terms of sale'],
  about: [
    'Типовое соглашение даёт цену и скидку всем клиентам сегмента, индивидуальное — одному клиенту. Если подходят несколько, первым действует то, чей приоритет меньше.',
    'Типова угода дає ціну та знижку всім клієнтам сегмента, індивідуальна — одному клієнту. Якщо підходять кілька, першою діє та, чий пріоритет менший.',
    'A typical agreement gives a price and a discount to all customers of a segment, an individual one to one customer. When several fit, the one of the lowest priority number applies first.',
  ],
  empty: ['Соглашений ещё нет', 'Угод ще немає', 'There are no agreements yet'],
  add: ['Новое соглашение', 'Нова угода', 'New agreement'],
  for_whom: ['Для кого', 'Для кого', 'For whom'],
  for_segment: ['Типовое: для сегмента', 'Типова: для сегмента', 'Typical: for a segment'],
  for_customer: ['Индивидуальное: для клиента', 'Індивідуальна: для клієнта', 'Individual: for a customer'],
  segment: ['Сегмент', 'Сегмент', 'Segment'],
  segment_hint: ['Динамические сегменты не предлагаются: у них нет хранимого состава.', 'Динамічні сегменти не пропонуються: у них немає збереженого складу.', 'Dynamic segments are not offered: they have no stored composition.'],
  customer: ['Код клиента', 'Код клієнта', 'Code of the customer'],
  based_on: ['На основании', 'На підставі', 'Based on'],
  conditions: ['Условия', 'Умови', 'Terms'],
  price_type: ['Вид цен', 'Вид цін', 'Price type'],
  discount: ['Скидка, %', 'Знижка, %', 'Discount, %'],
  payment_days: ['Отсрочка, дней', 'Відстрочка, днів', 'Days to pay'],
  payment_terms: ['Порядок оплаты', 'Порядок оплати', 'Terms of payment'],
  from: ['Действует с', 'Діє з', 'From'],
  to: ['по', 'до', 'to'],
  priority: ['Приоритет', 'Пріоритет', 'Priority'],
  status: ['Состояние', 'Стан', 'Status'],
  activate: ['Ввести в действие', 'Увести в дію', 'Put in force'],
  close: ['Закрыть соглашение', 'Закрити угоду', 'Close the agreement'],
  saved: ['Соглашение «{name}» записано.', 'Угоду «{name}» записано.', 'The agreement “{name}” is saved.'],
  off: ['скидка {n} %', 'знижка {n} %', '{n} % off'],
  days: ['отсрочка {n} {n|день|дня|дней}', 'відстрочка {n} {n|день|дні|днів}', '{n} {n|day|days} to pay'],
} as const satisfies Words;
