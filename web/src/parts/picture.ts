/* picture.ts -- a picture of the page as a file: its numbers as CSV, what is drawn as SVG and PNG.
 *
 * Whatever stands in the box is drawn: charts of SVG with the styles they have on the screen, and
 * the boxes and words of ordinary elements, so that a heat map of a table is a picture, too. */

export type Cell = string | number | null | undefined;

/* A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function csv_cell(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) && Number.isNaN(Number(cell)) ? `'${cell}` : cell;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
export function csv_of(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, ...rows].map((row) => row.map(csv_cell).join(',')).join('\r\n') + '\r\n';
}
/* Signs that no system allows in a name of a file become spaces. */
export function file_name(title: string, ending: string): string {
  return `${title.replace(/[\\/:*?"<>|\u0000-\u001f]+/g, ' ').replace(/\s+/g, ' ').trim().slice(0, 120) || 'kohorta'}.${ending}`;
}

const SVG = 'http://www.w3.org/2000/svg';
const PAINT = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'opacity', 'font-size', 'font-weight', 'font-family', 'text-anchor'] as const;

/* A copy whose looks stand in its attributes: outside the page there are no styles. */
function copy_of_chart(svg: SVGElement): SVGElement {
  const copy = svg.cloneNode(true) as SVGElement;
  const from = [svg, ...svg.querySelectorAll('*')], to = [copy, ...copy.querySelectorAll('*')];
  from.forEach((element, i) => {
    const looks = getComputedStyle(element), target = to[i] as Element;
    for (const attribute of ['class', 'style', 'tabindex', 'href', 'role']) target.removeAttribute(attribute);
    for (const name of PAINT) {
      const value = looks.getPropertyValue(name);
      if (value && value !== 'none' && value !== 'normal') target.setAttribute(name, value);
      else if (value === 'none' && (name === 'fill' || name === 'stroke')) target.setAttribute(name, value);
    }
  });
  return copy;
}
function is_seen(colour: string): boolean {
  return colour !== 'transparent' && !/,\s*0\)$|\/\s*0\)$/.test(colour);
}

interface Drawing { svg: SVGElement; left: number; top: number }

function add(drawing: Drawing, name: string, attributes: Record<string, string | number>, text?: string): void {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  drawing.svg.append(element);
}
function draw_box(drawing: Drawing, element: Element): void {
  const looks = getComputedStyle(element), box = element.getBoundingClientRect();
  const x = box.left - drawing.left, y = box.top - drawing.top;
  if (box.width === 0 || box.height === 0) return;
  if (is_seen(looks.backgroundColor))
    add(drawing, 'rect', { x, y, width: box.width, height: box.height, fill: looks.backgroundColor });
  const line = Number.parseFloat(looks.borderBottomWidth);
  if (line > 0 && looks.borderBottomStyle !== 'none')
    add(drawing, 'line', { x1: x, x2: x + box.width, y1: y + box.height, y2: y + box.height, stroke: looks.borderBottomColor, 'stroke-width': line });
}
/* Words stand where the browser put them, line by line. */
function draw_text(drawing: Drawing, node: Text): void {
  const parent = node.parentElement;
  if (!parent || !node.data.trim()) return;
  const looks = getComputedStyle(parent), range = document.createRange();
  const size = Number.parseFloat(looks.fontSize);
  let line: { top: number; left: number; height: number; text: string } | null = null;
  const end_line = () => {
    if (line) add(drawing, 'text', { x: line.left - drawing.left, y: line.top - drawing.top + line.height / 2 + size * 0.35, fill: looks.color, 'font-size': looks.fontSize, 'font-weight': looks.fontWeight, 'font-family': looks.fontFamily }, line.text);
    line = null;
  };
  for (const word of node.data.matchAll(/\S+/g)) {
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    if (line === null || Math.abs((line as { top: number }).top - box.top) > 3) {
      end_line();
      line = { top: box.top, left: box.left, height: box.height, text: word[0] };
    } else (line as { text: string }).text += ` ${word[0]}`;
  }
  end_line();
}
function draw(drawing: Drawing, node: Node): void {
  if (node instanceof Text) return draw_text(drawing, node);
  if (!(node instanceof Element) || node.matches('details, title, .hidden, [data-no-picture]')) return;
  if (node instanceof SVGElement) {
    const box = node.getBoundingClientRect(), copy = copy_of_chart(node);
    copy.setAttribute('x', String(box.left - drawing.left));
    copy.setAttribute('y', String(box.top - drawing.top));
    copy.setAttribute('width', String(box.width));
    copy.setAttribute('height', String(box.height));
    copy.setAttribute('overflow', 'visible');
    drawing.svg.append(copy);
    return;
  }
  draw_box(drawing, node);
  for (const child of node.childNodes) draw(drawing, child);
}

/* What the box shows, with its title above, on the colour it lies on. */
export function svg_of(box: HTMLElement, title: string): { text: string; width: number; height: number } {
  const MARGIN = 16, HEAD = 34;
  const place = box.getBoundingClientRect();
  const width = Math.ceil(Math.max(place.width, box.scrollWidth)) + 2 * MARGIN, height = Math.ceil(place.height) + 2 * MARGIN + HEAD;
  const svg = document.createElementNS(SVG, 'svg');
  const drawing = { svg, left: place.left - MARGIN, top: place.top - MARGIN - HEAD };
  const looks = getComputedStyle(box);
  svg.setAttribute('xmlns', SVG);
  svg.setAttribute('width', String(width));
  svg.setAttribute('height', String(height));
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const paper = getComputedStyle(document.documentElement).backgroundColor;
  add(drawing, 'rect', { x: 0, y: 0, width, height, fill: is_seen(paper) ? paper : '#fff' });
  add(drawing, 'text', { x: MARGIN, y: MARGIN + 16, fill: looks.color, 'font-size': '17px', 'font-weight': '600', 'font-family': looks.fontFamily }, title);
  for (const child of box.childNodes) draw(drawing, child);
  return { text: new XMLSerializer().serializeToString(svg), width, height };
}
export function png_of(picture: { text: string; width: number; height: number }): Promise<Blob> {
  const SHARPNESS = 2;
  return new Promise((resolve, reject) => {
    const image = new Image();
    const canvas = document.createElement('canvas');
    canvas.width = picture.width * SHARPNESS;
    canvas.height = picture.height * SHARPNESS;
    image.onload = () => {
      canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('PNG'))), 'image/png');
    };
    image.onerror = () => reject(new Error('SVG'));
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture.text)}`;
  });
}
export function save_file(content: Blob | string, type: string, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
