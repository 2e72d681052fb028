/* en.ts -- the help in English. */
import type { Content } from './content';

export const content: Content = [
  {
    id: 'start', title: 'How to begin', blocks: [
      { list: [
        'Import customers, items, sales, payments and contacts: the section Data takes a CSV of any accounting program. Encoding, delimiter and dates are found out; every row of the file is accounted for: added, updated, unchanged, or rejected with a reason.',
        'Say which customers you mean: Segments → New segment. The number of customers follows while you type.',
        'Choose the forming mode, write down the goal and who is responsible, save the segment.',
        'Look at the composition, the change journal, overlaps and reports on the page of the segment. The button Why tells why a customer is in.',
      ] },
      { text: 'Whatever the pages do, the command line `kohorta` and the API `/api/v1` do as well.' },
    ],
  },
  {
    id: 'modes', title: 'Three forming modes', blocks: [
      { head: ['When to choose it', 'Why'], rows: [
        ['Dynamic', 'You need who it is now: reports, single lists, exploring. The composition is not kept, so there is no journal.'],
        ['Periodic', 'Something stands on the composition: agreements, shipment bans, regular mailings. It is kept, and one sees who joined and left.'],
        ['Manual', 'A person decides: special terms, a stop list, those who take part in a promotion. The rule only fills the composition.'],
      ] },
      { head: ['What', 'Dynamic', 'Periodic', 'Manual'], rows: [
        ['Composition kept', 'no, the rule only', 'yes', 'yes'],
        ['Form', 'no', 'yes', 'yes'],
        ['Schedule', 'no', 'yes', 'no'],
        ['Follows the data', 'always true', 'if you wish', 'no'],
        ['Add / remove by hand', 'no', 'no', 'yes'],
        ['New customer wizard', 'no', 'no', 'yes'],
        ['Check of new customers', 'no', 'if you wish', 'no'],
        ['Agreement, price, discount', 'no', 'yes', 'yes'],
        ['Shipment ban', 'no', 'by itself', 'by hand'],
        ['Overlap report', 'yes, as of now', 'yes', 'yes'],
        ['Clearing date', 'no', 'no', 'yes'],
        ['Composition report', 'computed', 'yes', 'yes'],
      ] },
      { text: 'Forming replaces the whole composition by what the rule gives. When edits by hand would be lost you are warned with their numbers, and the last forming can be undone. An empty segment is an empty result, never “all customers”.' },
    ],
  },
  {
    id: 'language', title: 'The language of rules', blocks: [
      { text: 'A rule says yes or no of every customer. The words of the language are English, names and values are yours. Case does not matter. Names with spaces stand in backticks. The editor turns the tree of conditions into text and back; Ctrl+Space completes.' },
      { rule: 'region is not missing and vip', about: 'Properties are joined by and, or, not.' },
      { rule: 'income between 50000 and 150000 or owns_car', about: 'Both ends of between are included.' },
      { rule: 'age(birth_date) in [25, 35)', about: 'An interval: a square bracket includes its end, a round one does not.' },
      { rule: 'count(purchase, last 12 months) = 0', about: 'Who has not bought for a year. Events are counted by count, sum, avg, min, max, any.' },
      { rule: 'sum(purchase.amount, last 3 months) > 40000', about: 'The sum of the last three months. The editor shows the window as days.' },
      { rule: 'sum(purchase.amount, last 3 months) < 0.7 * sum(purchase.amount, last 3 months shifted back 3 months)', about: 'Down by more than 30 % against the three months before.' },
      { rule: 'any(purchase where amount > 10000, last 30 days)', about: 'At least one event that meets a condition.' },
      { rule: 'at least 2 of (vip, income > 100000, owns_car)', about: 'At least two of three conditions.' },
      { rule: 'top 10% by sum(purchase.amount, last 12 months)', about: 'The tenth of the base that buys most.' },
      { rule: 'overdue(settlement) > 0', about: 'Who has an overdue debt today.' },
      { rule: 'anniversary(birth_date, next 7 days)', about: 'Whose birthday is within seven days.' },
      { text: 'A missing value meets no comparison: `income > 5` is no, `not (income > 5)` is yes. The editor tells how many customers are decided by that; ask with `is missing` whether a value is there.' },
    ],
  },
  {
    id: 'numbers', title: 'What the numbers mean', blocks: [
      { head: ['Number', 'How it is made'], rows: [
        ['Revenue', 'the sum of lines of sale within the window; returns are taken off'],
        ['Gross profit, margin', 'revenue less cost, of the lines whose cost is known; margin is profit by revenue'],
        ['Average ticket', 'revenue by the number of sales'],
        ['Debt, overdue', 'charges less payments; a payment closes the oldest charges; overdue is what is past its day'],
        ['Joined, left', 'of every forming: before + joined − left = after'],
        ['Share of the base', 'customers of the segment by all customers as of the same day'],
        ['Total of several segments', 'each customer once, also one who is in several'],
        ['Index 100', 'the share of a value within the segment by its share in the whole base; 100 is like everybody'],
        ['Distinction 0–1', 'the size of the effect: root of η² for numbers, Cramér’s V for the rest'],
        ['Overlap, Jaccard', 'customers in common by all customers of the two segments'],
        ['ABC', 'customers by falling value: A the first 80 % of the sum, B the next 15 %, C the rest; borders and method can be changed'],
        ['XYZ', 'coefficient of variation over periods: X buys evenly, Z by chance; at least three periods are needed'],
        ['RFM', 'recency, frequency, monetary value: scores 1–5, equal values get equal scores'],
        ['Relationship stage', 'potential: no class yet; one-time: Z; regular: X or Y; lost: the class was there and is gone'],
        ['Migration', 'how many customers went from class to class between two days; a row adds up to where it began'],
        ['PSI', 'sum of (share now − share then) × ln(share now / share then); below 0.1 is stable, above 0.25 has moved'],
        ['Capacity, potential', 'what the customers of a segment buy of all suppliers; the potential is that less your sales'],
        ['Share of wallet', 'your sales by all that the customer buys; of a segment: sum by sum'],
        ['NPS', 'share of answers 9–10 less share of answers 0–6'],
      ] },
      { text: 'Every question is asked as of a day: events after its end are not there. Properties have no history and count as they are today.' },
    ],
  },
  {
    id: 'limits', title: 'What segmentation does not solve', blocks: [
      { text: 'Segmentation gives two things: understanding customers, and following the changes of segments. It does not solve:' },
      { list: [
        'churn; but it helps to understand its causes;',
        'cross-selling and up-selling for each single customer: an offer to one person is another task than the composition of a group;',
        'finding fraudsters; but it helps to see what sets them apart;',
        'a larger share of the market, the end of a competitor, N times the income. An effect is shown only where it was compared with a control group.',
      ] },
      { text: 'A segment is of use when it can be measured, is large enough, can be reached, differs from the rest, and there is something to do with it. The health of segments looks at that.' },
    ],
  },
  {
    id: 'import', title: 'Importing', blocks: [
      { list: [
        'CSV in UTF-8, Windows-1251 and other encodings, with commas, semicolons or tabs, also as .gz.',
        'Before anything is written you see what was found out and how the first rows are read; all of it can be corrected.',
        'Columns are matched with properties by name and label; new properties are offered with a type. A mapping can be saved.',
        'A dry run writes nothing and gives the same report.',
        'Rejected rows come as a file: mend them and import again. The same file twice doubles nothing.',
      ] },
    ],
  },
  {
    id: 'keys', title: 'Keyboard', blocks: [
      { head: ['Keys', 'What they do'], rows: [
        ['Tab', 'the first one on a page is the link to the content'],
        ['Ctrl+Space', 'completion in the text of a rule'],
        ['Ctrl+Z, Ctrl+Shift+Z', 'undo and redo an edit of the rule'],
        ['Alt+↑, Alt+↓', 'move a condition, also into a group and out of it'],
        ['Ctrl+D', 'a condition once more'],
        ['Ctrl+C, Ctrl+V', 'copy and paste a condition'],
        ['Delete', 'remove a condition'],
        ['↑ ↓ PageUp PageDown Home End', 'walk through a table; Enter opens the row'],
        ['← →', 'tabs of a page'],
        ['Esc', 'close a dialog or a completion'],
      ] },
    ],
  },
];
