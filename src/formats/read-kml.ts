/**
 * KML (OGC 07-147r2) placemarks as features. GDAL's reader loses the extended data, so this one is ours, on saxes,
 * which expands no entities of its own and follows no links.
 */
import { SaxesParser } from 'saxes';
import { AppError } from '../core/errors.js';
import type { Position } from '../core/geometry-types.js';
import type { FieldValue } from './gdal-types.js';
import type { Shapes } from './wkb-shapes.js';

export interface KmlFeature {
  /** Number of the placemark in the file, from 1. */
  number: number;
  /** Line on which it begins. */
  line: number;
  shapes: Shapes;
  isEmpty: boolean;
  properties: Record<string, FieldValue>;
}

/** Deeper nesting than this is no document of a person. */
const DEEPEST = 64;

/** Reads every placemark; throws `unsupported-format` with the line where the XML is broken. */
export function readKml(text: string, maxFeatures: number): KmlFeature[] {
  const reader = createReader(maxFeatures);
  const parser = new SaxesParser({ xmlns: false, position: true });
  parser.on('opentag', ({ name, attributes }) => {
    const about = attributes as Record<string, string>;
    reader.open(localName(name), about.name ?? '', parser.line);
  });
  parser.on('closetag', ({ name }) => reader.close(localName(name)));
  parser.on('text', (value) => reader.text(value));
  parser.on('cdata', (value) => reader.text(value));
  parser.on('error', (error) => {
    throw brokenXml(parser.line, error.message);
  });
  parser.write(text).close();
  return reader.features;
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

interface Reader {
  features: KmlFeature[];
  open(name: string, about: string, line: number): void;
  close(name: string): void;
  text(value: string): void;
}

const emptyShapes = (): Shapes => ({
  ...{ polygons: [], lines: [], points: 0 },
  ...{ hasZ: false, hasM: false, arcs: 0, others: 0 },
});

function createReader(maxFeatures: number): Reader {
  const features: KmlFeature[] = [];
  const path: string[] = [];
  const folders: string[] = [];
  let current: KmlFeature | undefined;
  let polygon: Position[][] | undefined;
  let key = '';
  let text: string[] = [];

  const put = (name: string, value: string): void => {
    if (current && name !== '') current.properties[name] = value.trim() === '' ? null : value.trim();
  };
  const takeCoordinates = (value: string): void => {
    if (!current) return;
    const positions = readCoordinates(value, current.shapes);
    if (path.includes('Point')) current.shapes.points += positions.length;
    else if (polygon) {
      // the outer ring comes first in our model, wherever it stands in the file
      if (path.includes('innerBoundaryIs')) polygon.push(positions);
      else polygon.unshift(positions);
    } else current.shapes.lines.push(positions);
  };
  const closeInside = (name: string, value: string): void => {
    const parent = path.at(-1);
    if (name === 'coordinates') takeCoordinates(value);
    else if (name === 'Polygon' && current && polygon) {
      current.shapes.polygons.push(polygon);
      polygon = undefined;
    } else if (name === 'SimpleData' || (name === 'value' && parent === 'Data')) put(key, value);
    else if (parent === 'Placemark' && (name === 'name' || name === 'description')) put(name, value);
    else if (name === 'Track' || name === 'MultiTrack' || name === 'Model') current!.shapes.others++;
  };
  return {
    features,
    open(name, about, line) {
      if (path.length >= DEEPEST) throw brokenXml(line, 'nested too deeply');
      path.push(name);
      text = [];
      if (name === 'Placemark' && !current) {
        if (features.length >= maxFeatures) throw tooMany(maxFeatures);
        const folder = folders.filter(Boolean).join('/');
        const properties = folder === '' ? {} : { Folder: folder };
        current = { number: features.length + 1, line, shapes: emptyShapes(), isEmpty: true, properties };
      } else if (name === 'Folder' && !current) folders.push('');
      else if (name === 'Polygon') polygon = [];
      else if (name === 'SimpleData' || name === 'Data') key = about;
    },
    text: (value) => void text.push(value),
    close(name) {
      const value = text.join('');
      text = [];
      path.pop();
      if (current) closeInside(name, value);
      if (name === 'Placemark' && current) {
        const { polygons, lines, points, others } = current.shapes;
        current.isEmpty = polygons.length + lines.length + points + others === 0;
        features.push(current);
        current = undefined;
      } else if (name === 'Folder' && !current) folders.pop();
      else if (name === 'name' && path.at(-1) === 'Folder' && !current)
        folders[folders.length - 1] = value.trim();
    },
  };
}

/** `lon,lat[,altitude]` parted by white space; what is no number stays NaN, for the judge of coordinates to see. */
function readCoordinates(text: string, shapes: Shapes): Position[] {
  return text
    .trim()
    .split(/\s+/)
    .filter((tuple) => tuple !== '')
    .map((tuple) => {
      const [x = '', y = '', z] = tuple.split(',');
      if (z !== undefined && Number(z) !== 0) shapes.hasZ = true;
      return [toNumber(x), toNumber(y)];
    });
}

const toNumber = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

const brokenXml = (line: number, why: string): AppError =>
  new AppError('unsupported-format', `broken KML: ${why}`, {
    detail: {
      zh: `KML 第 ${line} 行附近不是合法的 XML，请重新导出。`,
      en: `The KML is not valid XML near line ${line}. Export it again.`,
    },
    errors: [
      {
        pointer: `line ${line}`,
        code: 'broken-xml',
        detail: { zh: `第 ${line} 行附近不是合法的 XML`, en: `not valid XML near line ${line}` },
      },
    ],
  });

const tooMany = (limit: number): AppError =>
  new AppError('too-large', 'too many placemarks', {
    detail: {
      zh: `KML 的地标超过上限 ${limit} 个，请分批提交。`,
      en: `The KML has more than ${limit} placemarks. Submit them in parts.`,
    },
  });
