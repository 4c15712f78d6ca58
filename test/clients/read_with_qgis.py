"""Reads our services with QGIS and intersects parcels with layers by native:intersection; prints one line of JSON."""
import json
import sys

from qgis.analysis import QgsNativeAlgorithms
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
    QgsWkbTypes,
)

url, check = sys.argv[1:3]
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
QgsApplication.processingRegistry().addProvider(QgsNativeAlgorithms())


def wfs(name, version="2.0.0", crs="EPSG:4490", subset=""):
    uri = f"url='{url}/wfs' typename='om:{name}' version='{version}' srsname='{crs}' pagingEnabled='true'"
    layer = QgsVectorLayer(uri, name, "WFS")
    if not layer.isValid():
        raise SystemExit(f"{name} {version}: {layer.error().message()}")
    if subset:
        layer.setSubsetString(subset)
    return layer


layers = []
for name, layer in (
    ("OAPIF", QgsVectorLayer(f"url='{url}/ogc' typename='dltb'", "dltb", "OAPIF")),
    ("WFS 2.0.0", wfs("dltb")),
    ("WFS 1.1.0", wfs("dltb", "1.1.0")),
):
    ids = [feature["BSM"] for feature in layer.getFeatures()]
    layers.append(
        {
            "name": name,
            "crs": layer.crs().authid(),
            "count": layer.featureCount(),
            "read": len(ids),
            "distinct": len(set(ids)),
            "type": QgsWkbTypes.displayString(layer.wkbType()),
        }
    )

# straight edges are straight in the zone of the data, so the layers are intersected there
zone = "EPSG:4526"
plane = QgsCoordinateReferenceSystem.fromProj("+proj=cea +lon_0=105 +lat_ts=35 +ellps=GRS80 +units=m +no_defs")
parcels = wfs("check-parcels", crs=zone, subset=f"\"check_id\" = '{check}'")
to_plane = QgsCoordinateTransform(parcels.crs(), plane, QgsProject.instance())


def area(geometry):
    dense = geometry.densifyByDistance(20)
    dense.transform(to_plane)
    return dense.area()


drawn, intersected = {}, {}
for piece in wfs("check-pieces", subset=f"\"check_id\" = '{check}'").getFeatures():
    if piece["kind"] == "overlap":
        key = f"{piece['parcel_id']} {piece['layer']}"
        drawn[key] = drawn.get(key, 0) + piece["area_m2"]

intersection = QgsApplication.processingRegistry().algorithmById("native:intersection")
for name in sorted({key.split(" ")[1] for key in drawn}):
    context = QgsProcessingContext()
    result, ok = intersection.run(
        {"INPUT": parcels, "OVERLAY": wfs(name, crs=zone), "OUTPUT": "memory:"}, context, QgsProcessingFeedback()
    )
    if not ok:
        raise SystemExit(f"intersection with {name} failed")
    for feature in context.takeResultLayer(result["OUTPUT"]).getFeatures():
        key = f"{feature['parcel_id']} {name}"
        intersected[key] = intersected.get(key, 0) + area(feature.geometry())

intersected = {key: value for key, value in intersected.items() if value > 0.001}
print(json.dumps({"layers": layers, "drawn": drawn, "intersected": intersected}))
