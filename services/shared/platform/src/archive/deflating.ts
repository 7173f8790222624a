// Deflates blocks on the threads Node has for files, with streams that are used again.
//
// A stream brings a window, tables and a buffer for what comes out, together 450 KB, which would be made and cleared anew
// for each block of 128 KB. What comes out is what deflateRawSync() gives with the same options.
import { constants, createDeflateRaw, type DeflateRaw, type ZlibOptions } from 'node:zlib';

/** Kept while they have nothing to do: as many as there are blocks on their way in a busy process. */
const KEPT = 32;

/** Resolves with the block packed, in memory of its own; until then `raw` must not change. */
export type PackBeside = (raw: Uint8Array) => Promise<Uint8Array>;

/** @param options without `flush` */
export function deflatingBeside(options: ZlibOptions): PackBeside {
  const idle: DeflateRaw[] = [];
  return (raw) => {
    const stream = idle.pop() ?? createDeflateRaw({ ...options, flush: constants.Z_FINISH });
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    // One that has failed is not used again.
    stream.on('error', reject);
    stream.write(raw, (error) => {
      if (error) return;
      stream.removeAllListeners('data').removeAllListeners('error');
      const [only] = pieces;
      // The pieces are views of the stream's buffer, which it goes on filling behind them.
      resolve(pieces.length === 1 && only !== undefined ? Uint8Array.from(only) : Buffer.concat(pieces));
      if (idle.length >= KEPT) return void stream.close();
      stream.reset();
      idle.push(stream);
    });
    return promise;
  };
}
