/** MapServer over a plain table of the same database: a peer of the services part. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FastCgi, isInstalled, newPlace, startFastCgi } from './fast-cgi.js';
import type { PeerTable } from './peer-table.js';

const MAPSERV = '/usr/lib/cgi-bin/mapserv';

export interface MapServer extends FastCgi {
  /** Ends so that parameters can follow with `&`. */
  wfs: string;
  /** Landing page of its OGC API – Features. */
  ogcApi: string;
}

export const whyNoMapServer = (): string | undefined =>
  isInstalled(MAPSERV)
    ? undefined
    : 'MapServer and lighttpd are not installed (Debian: cgi-mapserver, lighttpd)';

export async function startMapServer(table: PeerTable): Promise<MapServer> {
  const place = await newPlace('mapserver');
  const { folder, url } = place;
  const map = join(folder, 'bench.map');
  const wfs = `${url}?map=${map}`;
  writeFileSync(map, mapFile(table, url, wfs));
  writeFileSync(
    join(folder, 'mapserver.conf'),
    `CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n  END\n  MAPS\n    bench "${map}"\n  END\nEND\n`,
  );
  const environment = { MAPSERVER_CONFIG_FILE: join(folder, 'mapserver.conf') };
  const running = await startFastCgi(
    place,
    MAPSERV,
    environment,
    `${wfs}&service=WFS&request=GetCapabilities`,
  );
  return { ...running, wfs, ogcApi: `${url}/bench/ogcapi` };
}

/** The rows come sorted from the table's own statement: SORTBY would sort them by their key as text, and take longer. */
const mapFile = ({ connection, sorted, extent }: PeerTable, url: string, wfs: string): string =>
  `MAP
  NAME "bench"
  EXTENT ${extent.join(' ')}
  PROJECTION "init=epsg:4490" END
  CONFIG "MS_ERRORFILE" "stderr"
  OUTPUTFORMAT
    NAME "geojson"
    DRIVER "OGR/GEOJSON"
    MIMETYPE "application/json; subtype=geojson"
    FORMATOPTION "STORAGE=stream"
    FORMATOPTION "FORM=SIMPLE"
    FORMATOPTION "LCO:COORDINATE_PRECISION=9"
  END
  WEB METADATA
    "ows_title" "bench" "wfs_onlineresource" "${wfs}" "oga_onlineresource" "${url}/bench/ogcapi"
    "ows_srs" "EPSG:4490 EPSG:4326" "ows_enable_request" "*"
    "wfs_getfeature_formatlist" "geojson" "ows_updatesequence" "1"
  END END
  LAYER
    NAME "dltb"
    TYPE POLYGON
    STATUS ON
    TEMPLATE "void"
    CONNECTIONTYPE POSTGIS
    CONNECTION "${connection}"
    DATA "geom from ${sorted} as t using unique fid using srid=4490"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    PROJECTION "init=epsg:4490" END
    METADATA
      "ows_title" "dltb" "gml_featureid" "fid" "gml_include_items" "all" "ows_srs" "EPSG:4490" "gml_types" "auto"
      "wfs_geometry_precision" "9" "geometry_precision" "9" "wfs_use_default_extent_for_getfeature" "false"
      "wfs_maxfeatures" "1000000"
    END
  END
END
`;
