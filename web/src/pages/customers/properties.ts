/* properties.ts -- properties of a customer in their data groups, and values as people type them. */
import type { Schemas } from '../../base/api';

export type Property = Schemas['Property'];
export type Value = Schemas['Value'];
export interface PropertyGroup { code: string; label: string; properties: Property[] }

export function in_groups(properties: readonly Property[], groups: readonly { code: string; label: string }[]): PropertyGroup[] {
  return groups
    .map((group) => ({ ...group, properties: properties.filter((one) => one.group === group.code && one.state !== 'retired') }))
    .filter((group) => group.properties.length > 0);
}
const base_type = (property: Property) => property.type.replace(/\(.*$/, '').trim();

export function input_kind(property: Property): 'bool' | 'number' | 'date' | 'several' | 'text' {
  const type = base_type(property);
  if (type === 'bool') return 'bool';
  if (type === 'number' || type === 'money') return 'number';
  if (type === 'date') return 'date';
  return type === 'set' || type === 'hierarchy-set' ? 'several' : 'text';
}
/* What was typed as the value the contract wants; null empties. */
export function value_of(property: Property, typed: string): Value {
  const text = typed.trim();
  if (text === '') return null;
  switch (input_kind(property)) {
    case 'bool': return text === 'true';
    case 'number': return Number(text.replace(/[\s\u00a0]/g, '').replace(',', '.'));
    case 'several': return text.split(';').map((one) => one.trim()).filter(Boolean);
    default: return text;
  }
}
export function typed_of(value: Value | undefined): string {
  if (value === null || value === undefined) return '';
  return Array.isArray(value) ? value.join('; ') : String(value);
}
