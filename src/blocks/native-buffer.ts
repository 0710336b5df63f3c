// The methods of Buffer that copy text without looking at an encoding's name; Node has them, its types do not.

export interface NativeBuffer extends Buffer {
  latin1Slice(start: number, end: number): string;
  ucs2Slice(start: number, end: number): string;
  utf8Slice(start: number, end: number): string;
  latin1Write(text: string, offset: number): number;
  ucs2Write(text: string, offset: number): number;
}

/** A view of `buffer`, which may be shared between threads. */
export function nativeView(buffer: ArrayBufferLike, offset: number, length: number): NativeBuffer {
  return Buffer.from(buffer as ArrayBuffer, offset, length) as unknown as NativeBuffer;
}

/** Memory of its own, neither zeroed nor shared with other buffers. */
export function nativeAlloc(size: number): NativeBuffer {
  return Buffer.allocUnsafeSlow(size) as unknown as NativeBuffer;
}
