"""Opens a project of a check with QGIS, or loads its layer definition; prints one line of JSON on the layers in it."""
import json
import sys

from qgis.core import (
    QgsApplication,
    QgsLayerDefinition,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QSize

path = sys.argv[1]
QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False)
app.initQgis()
project = QgsProject.instance()
if path.endswith(".qlr"):
    ok, problem = QgsLayerDefinition.loadLayerDefinition(path, project, project.layerTreeRoot())
else:
    ok, problem = project.read(path), project.error()
if not ok:
    raise SystemExit(f"{path} can not be read: {problem}")


def colours(renderer):
    """Value and fill of every class; the value of a single symbol is None."""
    if renderer.type() == "categorizedSymbol":
        return [[one.value(), one.symbol().color().name()] for one in renderer.categories()]
    return [[None, renderer.symbol().color().name()]]


def labels(renderer):
    """What the legend says of every class."""
    return [one.label() for one in renderer.categories()] if renderer.type() == "categorizedSymbol" else []


def order(renderer):
    """Expressions by whose rising value the features are drawn."""
    clauses = renderer.orderBy().list() if renderer.orderByEnabled() else []
    wrong = [one for one in clauses if one.expression().hasParserError() or not one.ascending()]
    if wrong:
        raise SystemExit(f"{wrong[0].expression().expression()} is no order")
    return [one.expression().expression() for one in clauses]


def drawn(layer):
    """Share of the picture of a layer's own ground that is not white."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setOutputSize(QSize(200, 200))
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    pixels = [image.pixelColor(x, y).name() for x in range(0, 200, 4) for y in range(0, 200, 4)]
    return sum(1 for one in pixels if one != "#ffffff") / len(pixels)


layers = []
for node in project.layerTreeRoot().findLayers():
    layer = node.layer()
    if layer is None or not layer.isValid():
        raise SystemExit(f"{node.name()} ({node.layerId()}) is not there: {layer and layer.error().message()}")
    features = list(layer.getFeatures())
    layers.append(
        {
            "name": node.name(),
            "id": layer.id(),
            "source": layer.source(),
            "crs": layer.crs().authid(),
            "type": QgsWkbTypes.displayString(layer.wkbType()),
            "count": layer.featureCount(),
            "read": len(features),
            "renderer": layer.renderer().type(),
            "colours": colours(layer.renderer()),
            "labels": labels(layer.renderer()),
            "order": order(layer.renderer()),
            "drawn": drawn(layer),
        }
    )
print(json.dumps({"title": project.title(), "crs": project.crs().authid(), "layers": layers}))
