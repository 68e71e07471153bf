"""What a manifest may say, and how one is read. The only owner of wire names (camelCase, top_p)."""

from app.manifests.functions import Function, read_functions, settle_functions
from app.manifests.model import ROUTE, Flavor, Service, Wire, service_of
from app.manifests.reading import parse
from app.manifests.reference import documents, reference, schema
from app.manifests.source import Source

__all__ = ["ROUTE", "Flavor", "Function", "Service", "Source", "Wire"]
__all__ += ["documents", "parse", "read_functions", "reference", "schema", "service_of", "settle_functions"]
