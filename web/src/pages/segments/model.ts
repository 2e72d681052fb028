/* model.ts -- segments as the list shows them: in folders, with remarks and freshness. */
import type { Schemas } from '../../base/api';

export type Segment = Schemas['Segment'];
export type Remark = Schemas['Health']['items'][number];
export interface Folder { name: string; segments: Segment[] }

/* Folders by name, those without one last; within a folder the order of the server. */
export function in_folders(segments: readonly Segment[]): Folder[] {
  const folders = new Map<string, Segment[]>();
  for (const segment of segments) {
    const name = segment.folder ?? '';
    folders.set(name, [...(folders.get(name) ?? []), segment]);
  }
  return [...folders]
    .map(([name, list]) => ({ name, segments: list }))
    .sort((a, b) => (a.name === '' ? 1 : b.name === '' ? -1 : a.name.localeCompare(b.name)));
}
export function remarks_by_segment(remarks: readonly Remark[]): Map<string, Remark[]> {
  const map = new Map<string, Remark[]>();
  for (const remark of remarks) {
    const key = remark.segment ?? '';
    map.set(key, [...(map.get(key) ?? []), remark]);
  }
  return map;
}
