/** Opens what is imported (a GeoJSON file, bytes or features in hand) as one stream, with its SHA-256 and byte count. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AppError } from '../core/errors.js';
import { type GeoJsonItem, type RawFeature, readGeoJsonStream } from '../formats/geojson-stream.js';

/** Path of a GeoJSON file, its bytes, or features (in the CRS of the import's `crs` option, else EPSG:4490). */
export type LayerSource =
  | string
  | { bytes: AsyncIterable<Uint8Array> }
  | AsyncIterable<RawFeature>
  /** Opened by somebody else, hash and all. */
  | OpenSource;

export interface OpenSource {
  /** Some at a time: a wait for each would cost more than reading it. */
  items: AsyncIterable<readonly GeoJsonItem[]>;
  /** Of the bytes, or of the features' JSON text line by line; complete once the stream has ended. */
  sha256(): string;
  bytesRead(): number;
}

export function openSource(source: LayerSource): OpenSource {
  if (typeof source === 'object' && 'items' in source) return source;
  const hash = createHash('sha256');
  let bytes = 0;
  let digest: string | undefined;
  const sha256 = (): string => {
    digest ??= hash.digest('hex');
    return digest;
  };
  async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  async function* fromFeatures(features: AsyncIterable<RawFeature>): AsyncGenerator<GeoJsonItem[]> {
    let index = 0;
    for await (const feature of features) {
      const line = `${JSON.stringify(feature)}\n`;
      hash.update(line);
      bytes += line.length;
      yield [{ kind: 'feature', index: index++, feature }];
    }
  }
  const items =
    typeof source === 'string'
      ? readGeoJsonStream(counted(readFile(source)))
      : 'bytes' in source
        ? readGeoJsonStream(counted(source.bytes))
        : fromFeatures(source);
  return { items, sha256, bytesRead: () => bytes };
}

async function* readFile(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 1 << 20 });
  } catch (cause) {
    unreadable(cause);
  }
}

/** The file system's refusal as the product's error, without its path. */
export function unreadable(cause: unknown): never {
  if (cause instanceof AppError) throw cause;
  const code = (cause as NodeJS.ErrnoException).code;
  throw new AppError(
    'bad-layer-file',
    `cannot read the layer file (${code ?? 'error'})`,
    {
      detail: {
        zh: `无法读取图层文件（${code ?? '读取错误'}）。请检查路径与权限。`,
        en: `The layer file cannot be read (${code ?? 'read error'}). Check the path and the permissions.`,
      },
    },
    cause,
  );
}
