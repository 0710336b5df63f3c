// Messages are handled once each and in their turn, whatever way they came.
import { describe, expect, it } from 'vitest';
import { InOrder, Numbering } from '#dist/workers/numbered.js';

function sent(...messages: string[]) {
  const numbering = new Numbering<string>();
  return messages.map((message) => numbering.number(message));
}

function handled(arrive: (ways: InOrder<string>) => void): string[] {
  const seen: string[] = [];
  arrive(new InOrder((message) => seen.push(message)));
  return seen;
}

describe('numbered messages', () => {
  it('that come in order are handled at once', () => {
    const [a, b] = sent('a', 'b');
    const seen = handled((way) => {
      way.accept(a!);
      way.accept(b!);
    });
    expect(seen).toEqual(['a', 'b']);
  });

  it('that come too early wait for those before them', () => {
    const [a, b, c] = sent('a', 'b', 'c');
    const seen = handled((way) => {
      way.accept(c!);
      way.accept(b!);
      way.accept(a!);
    });
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('that come twice are handled once, early or late', () => {
    const [a, b] = sent('a', 'b');
    const seen = handled((way) => {
      way.accept(b!);
      way.accept(b!);
      way.accept(a!);
      way.accept(b!);
      way.accept(a!);
    });
    expect(seen).toEqual(['a', 'b']);
  });
});
