/** The ground the office answers for, from the districts of a check's own layer versions; read once per version. */
import type { Sql } from '../database/sql.js';
import { boxOf, readDistricts } from '../layers/read-features.js';
import type { Jurisdiction } from '../parcels/parcel-types.js';
import { isPresent, type LayerOrMissing } from './measure-overlaps.js';

export class KnownGround {
  private versionId: number | undefined;
  private ground: Promise<Jurisdiction> | undefined;

  /** Undefined where no districts are registered: then only China's extent is known. */
  groundOf(sql: Sql, layers: readonly LayerOrMissing[]): Promise<Jurisdiction | undefined> {
    const xzq = layers.find((layer) => layer.layerId === 'xzq');
    if (!xzq || !isPresent(xzq)) return Promise.resolve(undefined);
    if (!this.ground || xzq.versionId !== this.versionId) {
      this.versionId = xzq.versionId;
      this.ground = readDistricts(sql, xzq).then((districts) => {
        const rings = districts.flatMap((district) => district.rings);
        return { box: boxOf(rings), rings };
      });
      this.ground.catch(() => {
        this.ground = undefined;
      });
    }
    return this.ground;
  }
}
