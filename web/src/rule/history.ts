/* history.ts -- what can be undone and done again. */
const STEPS_MAX = 200;

export class History<T> {
  #past: T[] = [];
  #future: T[] = [];
  constructor(private now: T, private readonly is_same: (a: T, b: T) => boolean) {}

  get current(): T { return this.now; }
  get can_undo(): boolean { return this.#past.length > 0; }
  get can_redo(): boolean { return this.#future.length > 0; }

  /* With `is_typing` a step continues the last one, so that a word is one step and not ten. */
  push(next: T, is_typing = false): void {
    if (this.is_same(this.now, next)) return;
    if (!is_typing || this.#past.length === 0) {
      this.#past.push(this.now);
      if (this.#past.length > STEPS_MAX) this.#past.shift();
    }
    this.#future = [];
    this.now = next;
  }
  undo(): T {
    const before = this.#past.pop();
    if (before !== undefined) {
      this.#future.push(this.now);
      this.now = before;
    }
    return this.now;
  }
  redo(): T {
    const after = this.#future.pop();
    if (after !== undefined) {
      this.#past.push(this.now);
      this.now = after;
    }
    return this.now;
  }
}
