/* all_pages.ts -- a whole list when it is short enough to be shown at once. */
interface Page<T> { items: T[]; next?: string | null }

export async function all_pages<T>(page: (after: string | undefined) => Promise<Page<T>>, most = 20): Promise<T[]> {
  const rows: T[] = [];
  let after: string | undefined;
  for (let i = 0; i < most; i++) {
    const one = await page(after);
    rows.push(...one.items);
    if (!one.next) break;
    after = one.next;
  }
  return rows;
}
