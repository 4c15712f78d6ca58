/** What is fuzzed: each campaign makes one input after another from good files and says what is wrong with an answer. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/core/package-root.js';
import { openArchive } from '../src/formats/archive.js';
import { detectFormat } from '../src/formats/detect-format.js';
import { readGeoJsonStream } from '../src/formats/geojson-stream.js';
import { readTxt } from '../src/formats/read-txt.js';
import { writeZip } from '../src/formats/write-zip.js';
import { GeosPool } from '../src/geometry/geos-pool.js';
import { readParcelFile } from '../src/parcels/read-parcel-file.js';
import { changeDigit, mutateBytes, mutateText, type Random } from './mutate.js';
import { type Complaint, judgeRefusal, judgeTxt } from './oracles.js';
import { judgeWfsRequest } from './wfs-requests.js';

export interface Outcome {
  input: Uint8Array;
  accepted: boolean;
  complaint: Complaint;
}

export interface Campaign {
  name: string;
  /** Longest that one input may take, ms; a hang beyond it is a fault. */
  limitMs: number;
  next(random: Random): Promise<Outcome>;
  close?(): Promise<void>;
}

const readFolder = (folder: string, ending: string): string[] =>
  readdirSync(join(packageRoot, folder))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => readFileSync(join(packageRoot, folder, name), 'utf8'));

const txts = readFolder('test/cases/formats/txt', '.txt');
const txtLines = txts.flatMap((text) => text.split('\n'));
const collections = readFolder('sample-data/parcels', '.geojson').filter(({ length }) => length < 40_000);

const txtReader: Campaign = {
  name: 'txt-reader',
  limitMs: 2_000,
  async next(random) {
    const input = mutateText(random.pick(txts), random, txtLines);
    return { input, ...judgeTxt(input) };
  },
};

/** One digit of one coordinate: the parcel changes, or the file is refused. */
const txtDigit: Campaign = {
  name: 'txt-digit',
  limitMs: 2_000,
  async next(random) {
    const text = random.pick(txts);
    const changed = changeDigit(text, random) ?? text;
    const input = Buffer.from(changed);
    const outcome = judgeTxt(input);
    if (!outcome.accepted || outcome.complaint !== undefined || changed === text)
      return { input, ...outcome };
    const before = ringsOf(Buffer.from(text));
    const same = before !== undefined && before === ringsOf(input);
    return {
      input,
      ...outcome,
      complaint: same ? 'a digit was changed, the parcels are the same' : undefined,
    };
  },
};

function ringsOf(bytes: Uint8Array): string | undefined {
  try {
    return JSON.stringify(readTxt(bytes).parcels.map(({ rings }) => rings));
  } catch {
    return undefined;
  }
}

/** GeoJSON parcels with everything a file goes through, GEOS included; accepted ones have ground and an id. */
function parcelReader(): Campaign {
  const geos = new GeosPool({ workers: 1 });
  const inputs = [...collections, ...txts];
  const lines = [...txtLines, '{"type":"Polygon","coordinates":[]}', '"crs":null,', '[1e999,0],'];
  return {
    name: 'parcel-file',
    limitMs: 10_000,
    async next(random) {
      const text = random.pick(inputs);
      // GeoJSON on one line has its places to change at commas
      const spread = text.startsWith('{') ? text.replaceAll(/([,[{])/g, '$1\n') : text;
      const input = mutateText(spread, random, lines);
      const contentType = random.pick(['application/geo+json', 'text/plain']);
      try {
        const { parcels } = await readParcelFile({ body: input, contentType }, geos);
        const sound = parcels.every(({ id, plane }) => id !== '' && plane.flat(2).length > 3);
        const ids = new Set(parcels.map(({ id }) => id));
        const complaint = sound && ids.size === parcels.length ? undefined : 'accepted without ground or id';
        return { input, accepted: true, complaint };
      } catch (error) {
        return { input, accepted: false, complaint: judgeRefusal(error) };
      }
    },
    close: () => geos.close(),
  };
}

/** The stream reader must give the very features that a JSON parser gives, or refuse. */
const geoJsonStream: Campaign = {
  name: 'geojson-stream',
  limitMs: 2_000,
  async next(random) {
    const text = random.pick(collections).replaceAll(/([,[{])/g, '$1\n');
    const input = mutateText(text, random, ['null,', '}', '"features":[],']);
    const size = 1 + random.below(4_000);
    const features: unknown[] = [];
    try {
      for await (const items of readGeoJsonStream(inChunks(input, size))) {
        for (const item of items) if (item.kind === 'feature') features.push(item.feature);
      }
    } catch (error) {
      return { input, accepted: false, complaint: judgeRefusal(error) };
    }
    return { input, accepted: true, complaint: sameAsParsed(input, features) };
  },
};

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function sameAsParsed(input: Uint8Array, features: readonly unknown[]): Complaint {
  let parsed: { features?: unknown };
  try {
    parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(input));
  } catch (error) {
    return `accepted, but no JSON: ${(error as Error).message}`;
  }
  if (!Array.isArray(parsed.features)) return undefined;
  return textOf(parsed.features) === textOf(features) ? undefined : 'other features than JSON.parse';
}

/** Flat rings as positions; of positions only x and y, as the reader leaves them. */
const textOf = (features: unknown): string =>
  JSON.stringify(features, (_, value) => {
    if (value instanceof Float64Array)
      return Array.from({ length: value.length / 2 }, (_, i) => [value[2 * i], value[2 * i + 1]]);
    const isPosition = Array.isArray(value) && value.every((item) => typeof item === 'number');
    return isPosition ? value.slice(0, 2) : value;
  });

const wfsRequests = readFolder('test/cases/ogc/wfs-requests', '.xml');
const wfsLines = wfsRequests.flatMap((text) => text.split('\n'));

/** Requests whose elements are lost, doubled, or stand where others belong. */
const wfsRequest: Campaign = {
  name: 'wfs-request',
  limitMs: 2_000,
  async next(random) {
    const text = random.pick(wfsRequests);
    // lost lines mostly leave no XML: values alone are changed as often
    const input = random.below(2) === 0 ? mutateText(text, random, wfsLines) : changeValue(text, random);
    return { input, ...judgeWfsRequest(input) };
  },
};

const strangeValues = [
  ...[
    '',
    '0',
    '-1',
    '1e309',
    'NaN',
    '\u5730',
    "'",
    "' or true --",
    '&amp;lt;',
    '__proto__',
    'constructor',
    '35.1 113.1',
  ],
  ...[
    'urn:ogc:def:crs:EPSG::4490',
    'EPSG:0',
    '2024-02-30',
    '2024-12-31T25:00:00Z',
    'om:geom',
    'gml:boundedBy',
    '@gml:id',
  ],
];

/** The content of an element or an attribute, another in its place: what is left is XML. */
function changeValue(text: string, { below, pick }: Random): Uint8Array {
  const places = [...text.matchAll(/>([^<>\n]*)<|="([^"]*)"/g)];
  const { index, 0: found } = places[below(places.length)]!;
  const value = pick([...strangeValues, ...places.map((place) => place[1] ?? place[2] ?? '')]);
  const [open, close] = found.startsWith('>') ? ['>', '<'] : ['="', '"'];
  return Buffer.from(text.slice(0, index) + open + value + close + text.slice(index + found.length));
}

const zipHead = Buffer.from('504b0304140000000800', 'hex');
const heads = [
  zipHead,
  Buffer.from('SQLite format 3\0'),
  Buffer.from('0000270a', 'hex'),
  Buffer.from('fgb\x03'),
];

/** The door looks at content alone: any bytes get a format or a refusal. */
const detection: Campaign = {
  name: 'detect-format',
  limitMs: 1_000,
  async next(random) {
    const text = random.pick([...txts, ...collections]);
    const start = random.below(3) === 0 ? random.pick(heads) : Buffer.alloc(0);
    const input = Buffer.concat([start, mutateBytes(mutateText(text, random, txtLines), random)]);
    try {
      detectFormat(input, random.pick(['text/plain', 'application/json', 'application/octet-stream']));
      return { input, accepted: true, complaint: undefined };
    } catch (error) {
      return { input, accepted: false, complaint: judgeRefusal(error) };
    }
  },
};

const archiveLimits = { maxEntries: 50, maxUnpackedBytes: 100_000, maxRatio: 250 };
/** As long as the name of an entry, so that the archive stays one. */
const evilNames = ['../../ab.txt', '/etc/ab.txt ', 'ab/../../c.t', 'C:\\\\ab.txt  ', 'ab\u0000cd.txt   '];
const goodName = 'folder/a.txt';

/** The archive door: what is opened has harmless names and no more bytes than allowed; the rest is refused. */
function archiveDoor(): Campaign {
  const entries = txts.slice(0, 4).map((text, i) => ({
    name: i === 0 ? goodName : `folder/${i}.txt`,
    bytes: Buffer.from(text),
  }));
  const good = writeZip(entries, '2025-06-01');
  return {
    name: 'archive-door',
    limitMs: 2_000,
    async next(random) {
      const input = spoilArchive(await good, random);
      try {
        const archive = await openArchive(input, archiveLimits);
        try {
          let total = 0;
          for (const entry of archive.entries) {
            if (/^[/\\]|(^|[/\\])\.\.([/\\]|$)|^[A-Za-z]:|\0/.test(entry.name)) {
              return { input, accepted: true, complaint: `takes the name ${JSON.stringify(entry.name)}` };
            }
            total += (await archive.bytesOf(entry)).length;
          }
          const complaint = total > archiveLimits.maxUnpackedBytes ? `unpacks ${total} bytes` : undefined;
          return { input, accepted: true, complaint };
        } finally {
          archive.close();
        }
      } catch (error) {
        return { input, accepted: false, complaint: judgeRefusal(error) };
      }
    },
  };
}

function spoilArchive(bytes: Uint8Array, random: Random): Uint8Array {
  const kind = random.below(4);
  if (kind === 0) return mutateBytes(bytes, random);
  const copy = Buffer.from(bytes);
  if (kind === 1) {
    const evil = random.pick(evilNames).padEnd(goodName.length).slice(0, goodName.length);
    for (let at = copy.indexOf(goodName); at >= 0; at = copy.indexOf(goodName, at + 1))
      copy.write(evil, at, 'latin1');
    return copy;
  }
  // the directory stands at the end: sizes, flags, methods and offsets
  const start = copy.lastIndexOf(Buffer.from('504b0102', 'hex'));
  const from = kind === 2 ? copy.indexOf(Buffer.from('504b0102', 'hex')) : start;
  for (let i = 0; i < 3; i++) copy[from + 4 + random.below(copy.length - from - 4)] = random.below(256);
  return copy;
}

export const campaigns = (): Campaign[] => [
  ...[txtReader, txtDigit, parcelReader(), geoJsonStream, wfsRequest, detection, archiveDoor()],
];
