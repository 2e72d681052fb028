/* request_key.ts -- the Idempotency-Key of an act: sending it again after a lost connection does it once. */
import { Problem } from './api';

/* Also where the page came without encryption, for which crypto.randomUUID does not exist. */
function random_key(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/* The key stays while the same is sent and nobody answers. After an answer, a refusal too, the next
 * try is another act: what stood in its way may be gone. */
export class RequestKey {
  #key = random_key();
  #sent = '';

  async send<Body, Answer>(body: Body, act: (body: Body, key: string) => Promise<Answer>): Promise<Answer> {
    const text = JSON.stringify(body);
    if (text !== this.#sent) this.#key = random_key();
    this.#sent = text;
    try {
      const answer = await act(body, this.#key);
      this.#sent = '';
      return answer;
    } catch (error) {
      if (error instanceof Problem && error.status !== 0) this.#sent = '';
      throw error;
    }
  }
}
