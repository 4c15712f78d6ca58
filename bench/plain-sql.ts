/**
 * The same areas computed by PostGIS alone: what the service is compared with. Parcels lie ready in a table of the
 * bench's own database with statistics, so that nothing but the overlay itself is timed.
 */
import pg from 'pg';
import type { MultiPolygonRings } from '../src/core/geometry-types.js';
import { encodeMultiPolygonHex } from '../src/geometry/wkb.js';

export interface PlainParcel {
  lonLat: MultiPolygonRings;
  /** SRID 904490. */
  plane: MultiPolygonRings;
}

export interface PlainAnswer {
  ms: number;
  pairs: number;
  /** m² by layer id. */
  byLayer: Map<string, number>;
}

/** One connection with the parcels in place. */
export class PlainSql {
  private constructor(
    private readonly client: pg.Client,
    private readonly layers: readonly string[],
  ) {}

  /** @param layers ids of the layers whose active versions are measured */
  static async open(
    url: string,
    parcels: readonly PlainParcel[],
    layers: readonly string[],
  ): Promise<PlainSql> {
    const client = new pg.Client(url);
    await client.connect();
    // compiling plans costs more than it gives on a statement of half a second
    await client.query('set jit = off');
    await client.query('drop table if exists bench_parcel');
    await client.query(
      `create unlogged table bench_parcel as
       select ordinality::int as ordinal, plane::geometry(MultiPolygon, 904490), lon_lat::geometry(MultiPolygon, 4490)
         from unnest($1::text[], $2::text[]) with ordinality as given (plane, lon_lat, ordinality)`,
      [
        parcels.map(({ plane }) => encodeMultiPolygonHex(plane, 904490)),
        parcels.map(({ lonLat }) => encodeMultiPolygonHex(lonLat, 4490)),
      ],
    );
    await client.query('analyze bench_parcel');
    return new PlainSql(client, layers);
  }

  /** Equal-area plane, candidates by GiST over the subdivided pieces: the fastest plain form known to us. */
  inPlane(): Promise<PlainAnswer> {
    return this.run(`
      select layer_id, feature_no, ordinal, sum(ST_Area(ST_Intersection(piece.plane, parcel.plane))) as area_m2
        from bench_parcel as parcel
        join layer_piece as piece on piece.plane && parcel.plane
        join layer_version using (version_id)
       where status = 'active' and layer_id = any($1)
       group by layer_id, feature_no, ordinal`);
  }

  /** The usual way: whole features in degrees, area on the spheroid. */
  inDegrees(): Promise<PlainAnswer> {
    return this.run(`
      select layer_id, feature_no, ordinal,
             ST_Area(ST_Intersection(feature.geom, parcel.lon_lat)::geography) as area_m2
        from bench_parcel as parcel
        join layer_feature as feature on ST_Intersects(feature.geom, parcel.lon_lat)
        join layer_version using (version_id)
       where status = 'active' and layer_id = any($1)`);
  }

  /** The same statements with the parcels divided among parallel workers, which the planner would not do by itself. */
  async useWorkers(count: number): Promise<void> {
    await this.client.query(`alter table bench_parcel set (parallel_workers = ${count})`);
    await this.client.query(`set max_parallel_workers_per_gather = ${count}`);
    for (const cost of ['parallel_setup_cost', 'parallel_tuple_cost', 'min_parallel_table_scan_size']) {
      await this.client.query(`set ${cost} = 0`);
    }
  }

  private async run(statement: string): Promise<PlainAnswer> {
    const start = performance.now();
    const { rows } = await this.client.query<{ layer_id: string; area_m2: number }>(statement, [this.layers]);
    const ms = performance.now() - start;
    const byLayer = new Map(this.layers.map((layer) => [layer, 0]));
    let pairs = 0;
    for (const { layer_id, area_m2 } of rows) {
      byLayer.set(layer_id, byLayer.get(layer_id)! + area_m2);
      if (area_m2 > 0) pairs++;
    }
    return { ms, pairs, byLayer };
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
