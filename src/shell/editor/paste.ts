// Collects what comes between the marks of a bracketed paste. Pure.
import type { Key } from './keys.js';

export class Paste {
  #text: string | null = null;

  get isOpen(): boolean {
    return this.#text !== null;
  }

  begin(): void {
    this.#text = '';
  }

  key(text: string | undefined, key: Key): void {
    const isBreak = key.name === 'return' || key.name === 'enter';
    this.#text += isBreak ? '\n' : (text ?? key.sequence ?? '');
  }

  /** What was pasted, without line breaks at its end. */
  end(): string {
    const text = (this.#text ?? '').replace(/\r\n?/g, '\n').replace(/\n+$/, '');
    this.#text = null;
    return text;
  }
}
