/**
 * Constructed ground made fit to be measured: strips thinner than two millimetres are taken off. Where two drawings of
 * one border are apart by rounding, a difference leaves such a strip; moved to the analysis plane its sides would cross,
 * and ground turned inside out measures less than nothing.
 */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { GeosPool } from '../geometry/geos-pool.js';

const HAIR_M = 0.001;

/** @param rings metres of one plane; straight sides and their corners come back where they were, to rounding */
export async function withoutHairlines(geos: GeosPool, rings: MultiPolygonRings): Promise<MultiPolygonRings> {
  if (rings.length === 0) return rings;
  const core = await geos.erode(rings, HAIR_M);
  return core.length === 0 ? core : geos.buffer(core, HAIR_M, { join: 'mitre' });
}
