/* live.svelte.ts -- a rule that is being written: tree and text in step, counted after every pause.
 *
 * Whoever was edited last is the source: an edit of the tree makes the server print the text, an
 * edit of the text makes it read the tree. A newer edit gives up what is being asked. */
import { client, Problem, take, was_aborted, type Schemas } from '../base/api';
import { language } from '../base/language.svelte';
import type { Days, NodeCount } from './context';
import { History } from './history';
import { are_equal, complete, opened, type Completed, type Node } from './tree';

export const PAUSE_MS = 150;
const SAMPLE_ROWS = 6;

interface Step { tree: Node; text: string; source: 'tree' | 'text' }
type Parsed = Schemas['ParsedRule'];
type Counted = Schemas['RuleCount'];

export class LiveRule {
  tree = $state.raw<Node>(opened(null));
  text = $state('');
  source = $state<'tree' | 'text'>('tree');
  parsed = $state.raw<Parsed | null>(null);
  counted = $state.raw<Counted | null>(null);
  warnings = $state.raw<Schemas['Diagnostic'][]>([]);
  is_asking = $state(false);
  trouble = $state.raw<unknown>(null);
  asked_ms = $state<number | null>(null); // from the end of the pause to the count on the screen
  can_undo = $state(false);
  can_redo = $state(false);

  #done = $state.raw<Completed>({ tree: null, places: new Map(), unfinished: new Set() });
  #history = new History<Step>({ tree: this.tree, text: '', source: 'tree' }, are_equal);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #request: AbortController | null = null;

  /* Begin with the rule of a card; that is no step to undo. */
  start(text: string): void {
    this.text = text;
    this.source = 'text';
    this.#history = new History<Step>({ tree: this.tree, text, source: 'text' }, are_equal);
    void this.ask();
  }
  edit_tree(tree: Node, is_typing: boolean): void {
    this.tree = tree;
    this.source = 'tree';
    this.#done = complete(tree);
    this.#remember(is_typing);
    this.#soon();
  }
  edit_text(text: string): void {
    this.text = text;
    this.source = 'text';
    this.#remember(true);
    this.#soon();
  }
  undo(): void { this.#restore(this.#history.undo()); }
  redo(): void { this.#restore(this.#history.redo()); }
  stop(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
  }

  get is_empty(): boolean { return this.text.trim() === '' && this.#done.tree === null; }
  get is_valid(): boolean { return this.is_empty || (this.parsed?.is_valid ?? false); }
  get unfinished(): ReadonlySet<string> { return this.#done.unfinished; }
  get counts(): ReadonlyMap<string, NodeCount> {
    const map = new Map<string, NodeCount>();
    const walk = (node: Schemas['BreakdownNode'] | undefined): void => {
      if (!node) return;
      const place = typeof node.pointer === 'string' ? this.#done.places.get(node.pointer) : undefined;
      if (place !== undefined && !map.has(place)) map.set(place, node);
      node.children.forEach(walk);
    };
    walk(this.counted?.breakdown);
    return map;
  }
  get windows(): ReadonlyMap<string, Days> {
    const map = new Map<string, Days>();
    for (const one of this.counted?.windows ?? this.parsed?.windows ?? []) {
      const place = this.#done.places.get(one.pointer);
      if (place !== undefined) map.set(place, one);
    }
    return map;
  }

  #remember(is_typing: boolean): void {
    this.#history.push({ tree: this.tree, text: this.text, source: this.source }, is_typing && this.#timer !== undefined);
    this.#tell_history();
  }
  #tell_history(): void {
    this.can_undo = this.#history.can_undo;
    this.can_redo = this.#history.can_redo;
  }
  #restore(step: Step): void {
    Object.assign(this, step);
    this.#done = complete(step.tree);
    this.#tell_history();
    this.#soon();
  }
  #soon(): void {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.is_asking = true;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.ask();
    }, PAUSE_MS);
  }
  async ask(): Promise<void> {
    this.#request?.abort();
    const { signal } = (this.#request = new AbortController());
    const begun = performance.now();
    this.is_asking = true;
    this.trouble = null;
    try {
      const question = this.#question();
      if (question === null) this.#be_empty();
      else await Promise.all([this.#parse(question, signal), this.#count(question, signal)]);
      this.asked_ms = performance.now() - begun;
      if (!signal.aborted) this.is_asking = false;
      if (question !== null) await this.#lint(question, signal);
    } catch (error) {
      if (was_aborted(error) || signal.aborted) return;
      this.trouble = error;
      this.is_asking = false;
    }
  }
  #question(): { text: string } | { tree: Schemas['RuleTree'] } | null {
    if (this.source === 'text') return this.text.trim() === '' ? null : { text: this.text };
    return this.#done.tree && { tree: this.#done.tree as unknown as Schemas['RuleTree'] };
  }
  #be_empty(): void {
    if (this.source === 'tree') this.text = '';
    else this.tree = opened(null);
    this.#done = complete(this.tree);
    this.parsed = null;
    this.counted = null;
    this.warnings = [];
  }
  async #parse(question: { text: string } | { tree: Schemas['RuleTree'] }, signal: AbortSignal): Promise<void> {
    const parsed = await take(client.POST('/rules/parse', { body: { ...question, language: language() }, signal }));
    if (signal.aborted) return;
    this.parsed = parsed;
    if (this.source === 'tree') this.text = parsed.canonical ?? parsed.text;
    else if (parsed.tree) {
      const tree = opened(parsed.tree as unknown as Node);
      if (!are_equal(complete(this.tree).tree, parsed.tree)) this.tree = tree;
      this.#done = complete(this.tree);
    }
  }
  async #count(question: { text: string } | { tree: Schemas['RuleTree'] }, signal: AbortSignal): Promise<void> {
    try {
      const counted = await take(client.POST('/rules/count', { body: { ...question, breakdown: true, sample: SAMPLE_ROWS, language: language() }, signal }));
      if (!signal.aborted) this.counted = counted;
    } catch (error) {
      if (!(error instanceof Problem) || error.status === 0 || error.status >= 500) throw error;
      if (!signal.aborted) this.counted = null; // what is wrong with it the parser tells
    }
  }
  async #lint(question: { text: string } | { tree: Schemas['RuleTree'] }, signal: AbortSignal): Promise<void> {
    const found = await take(client.POST('/rules/lint', { body: { ...question, language: language() }, signal })).catch(() => null);
    if (!signal.aborted) this.warnings = found?.diagnostics ?? [];
  }
}
