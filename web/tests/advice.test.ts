/* advice.test.ts -- options of the command line become the fields that the page has for them. */
import { describe, expect, it } from 'vitest';
import { on_the_page } from '../src/pages/data/advice';

describe('advice of an import', () => {
  it('names the field instead of the option', () => {
    expect(on_the_page('нет такого клиента; используйте --create-customers')).toBe('нет такого клиента; используйте «Заводить незнакомых клиентов»');
    expect(on_the_page("если их несколько: --levels-separated-by '/'")).toBe("если их несколько: «Уровни пути разделяет» '/'");
  });
  it('leaves what is no option of an import', () => {
    expect(on_the_page('с 5 -- до 7, --unheard-of')).toBe('с 5 -- до 7, --unheard-of');
  });
});
