// What encoders need of the graph writer. Types only, so that encoders and writer do not import each other.
import type { Step } from './capture-error.js';
import type { GraphNode, Ref } from './graph.js';
import type { HandleRef } from './payload.js';

export interface CaptureWriter {
  /** A reference to a value that the value being encoded holds; `step` is the way there, for messages. */
  ref(value: unknown, step: Step): Ref;
  /** Adds a node that stands for no value of its own; what `make` refers to is reached through `step`. */
  addNode(step: Step | null, make: () => GraphNode): Ref;
  /** Says that reviving once and keeping the function would let its calls see each other's changes. */
  markMutable(): void;
  addModule(specifier: string): void;
  handleNode(handle: HandleRef): GraphNode;
  /** Remembers the object whose property a method is, for its `super`. */
  noteHome(method: Function, home: object): void;
  /** Where a large value goes instead of the payload; null keeps it in the payload. */
  divert(name: string, value: unknown): Ref | null;
}
