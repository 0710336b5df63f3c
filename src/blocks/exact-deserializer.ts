// v8.deserialize whose typed arrays own their memory: Node's are views of the bytes read, which are
// shared and used again here. Runs on every thread.
import { DefaultDeserializer } from 'node:v8';

export class ExactDeserializer extends DefaultDeserializer {
  /** The value that `v8.serialize` wrote. */
  static read(bytes: Buffer): unknown {
    const reader = new ExactDeserializer(bytes);
    reader.readHeader();
    return reader.readValue();
  }

  /** Called by the base class for every typed array. */
  _readHostObject(): unknown {
    const base = DefaultDeserializer.prototype as unknown as {
      _readHostObject(this: DefaultDeserializer): ArrayBufferView;
    };
    const view = base._readHostObject.call(this);
    if (Buffer.isBuffer(view)) return Buffer.from(view);
    const bytes = new Uint8Array(view.byteLength);
    bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    const View = view.constructor as new (buffer: ArrayBuffer) => ArrayBufferView;
    return new View(bytes.buffer);
  }
}
