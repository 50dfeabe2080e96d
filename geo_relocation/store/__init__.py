"""One protocol, two stores: a GeoPackage file and PostGIS."""
