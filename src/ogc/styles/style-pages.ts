/** For QGIS: the style of a collection, and a project and a layer definition for a stored check. */
import { boxOfCheck } from '../../checks/check-collections.js';
import { findCheck } from '../../checks/read-checks.js';
import type { Box } from '../../core/geometry-types.js';
import { getCollection, listCollections } from '../collections.js';
import { say } from '../common/pages.js';
import { notFound, refuseUnknownParameters } from '../media.js';
import type { StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { type CheckFacts, layerDefinition, layersOfCheck, project, styleDocument } from './qgis-layers.js';

const XML = 'application/xml; charset=utf-8';

const file = (name: string, body: string): StandardAnswer => ({
  type: XML,
  headers: { 'content-disposition': `attachment; filename="${name}"` },
  // no XML declaration: QGIS finds its document type in the first line; UTF-8 is the default
  body: `${body}\n`,
});

export async function readStyle(request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> {
  refuseUnknownParameters(request, []);
  const { id } = await getCollection(parts, request.params.id!);
  return file(`${id}.qml`, styleDocument(id, request.language));
}

export async function readProject(request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> {
  const { check, title, layers } = await layersFor(request, parts);
  return file(`${check.id}.qgs`, project(title, layers, boxOf(check), request.language));
}

export async function readLayerDefinition(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  const { check, title, layers } = await layersFor(request, parts);
  return file(`${check.id}.qlr`, layerDefinition(title, layers, request.language));
}

interface DrawnCheck extends CheckFacts {
  box: Box | null;
}

async function layersFor(request: StandardRequest, parts: StandardParts) {
  refuseUnknownParameters(request, []);
  const { base, language } = request;
  const check = await readFacts(request, parts);
  const served = new Map(
    (await listCollections(parts)).map(({ id, table }) => [id, table.tag.split('@').at(-1)!]),
  );
  const title = say(language, `用地预检 ${check.id}`, `Land-use check ${check.id}`);
  return { check, title, layers: layersOfCheck(check, served, base, language) };
}

async function readFacts(request: StandardRequest, parts: StandardParts): Promise<DrawnCheck> {
  const id = request.params.check!;
  const text = await findCheck(parts.check.db, id);
  if (text === undefined) {
    const shown = id.slice(0, 80);
    throw notFound(`没有编号为 ${shown} 的预检`, `There is no check ${shown}`);
  }
  const { layers } = JSON.parse(text.toString()) as Pick<CheckFacts, 'layers'>;
  return { id, layers, box: await boxOfCheck(parts.check.db, id) };
}

/** A tenth of air around the parcels; the service's region when a check has none. */
function boxOf({ box }: DrawnCheck): Box {
  if (!box) return [73, 18, 135, 54];
  const [west, south, east, north] = box;
  const air = Math.max(0.0005, (east - west) / 10, (north - south) / 10);
  return [west - air, south - air, east + air, north + air];
}
