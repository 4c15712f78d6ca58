/** MapServer behind lighttpd over a plain table of the same database: the peer of the services part. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MAPSERV = '/usr/lib/cgi-bin/mapserv';
const LIGHTTPD = '/usr/sbin/lighttpd';

export interface MapServer {
  url: string;
  stop(): void;
}

export const whyNoMapServer = (): string | undefined =>
  existsSync(MAPSERV) && existsSync(LIGHTTPD)
    ? undefined
    : 'MapServer and lighttpd are not installed (Debian: cgi-mapserver, lighttpd)';

/** `connection`: libpq words; the table `bench_dltb` has `fid` as its key. Two processes, sorted, 9 decimals. */
export async function startMapServer(connection: string, extent: readonly number[]): Promise<MapServer> {
  const folder = mkdtempSync(join(tmpdir(), 'onemap-mapserver-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/ms?map=${join(folder, 'bench.map')}`;
  writeFileSync(join(folder, 'bench.map'), mapFile(connection, url, extent));
  writeFileSync(join(folder, 'mapserver.conf'), 'CONFIG\n  ENV\n    MS_MAP_PATTERN "."\n  END\nEND\n');
  writeFileSync(join(folder, 'lighttpd.conf'), webServer(folder, port));
  const child: ChildProcess = spawn(LIGHTTPD, ['-D', '-f', join(folder, 'lighttpd.conf')], {
    stdio: 'ignore',
  });
  const answers = () =>
    fetch(`${url}&service=WFS&request=GetCapabilities`).then(
      (answer) => answer.ok,
      () => false,
    );
  for (let tries = 0; !(await answers()); tries++) {
    if (tries > 100) throw new Error('MapServer does not answer');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    stop() {
      child.kill('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const mapFile = (connection: string, url: string, extent: readonly number[]): string =>
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
    "wfs_title" "bench" "wfs_onlineresource" "${url}" "wfs_srs" "EPSG:4490 EPSG:4326" "wfs_enable_request" "*"
    "wfs_getfeature_formatlist" "geojson" "ows_updatesequence" "1"
  END END
  LAYER
    NAME "dltb"
    TYPE POLYGON
    STATUS ON
    CONNECTIONTYPE POSTGIS
    CONNECTION "${connection}"
    DATA "geom from (select * from bench_dltb) as t using unique fid using srid=4490"
    PROCESSING "CLOSE_CONNECTION=DEFER"
    PROJECTION "init=epsg:4490" END
    METADATA
      "wfs_title" "dltb" "gml_featureid" "fid" "gml_include_items" "all" "wfs_srs" "EPSG:4490" "gml_types" "auto"
      "wfs_geometry_precision" "9" "geometry_precision" "9" "wfs_use_default_extent_for_getfeature" "false"
      "wfs_maxfeatures" "1000000"
    END
  END
END
`;

const webServer = (folder: string, port: number): string => `
server.document-root = "${folder}"
server.bind = "127.0.0.1"
server.port = ${port}
server.modules = ("mod_fastcgi", "mod_setenv")
server.errorlog = "${folder}/error.log"
fastcgi.server = ("/ms" => (("bin-path" => "${MAPSERV}", "socket" => "${folder}/ms.sock", "max-procs" => 2,
  "check-local" => "disable", "bin-environment" => ("MAPSERVER_CONFIG_FILE" => "${folder}/mapserver.conf"))))
`;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
