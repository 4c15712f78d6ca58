-- The largest features in a rectangle: which of them lie in it is told by the index, without a look at the rows.
-- Of a million rows a tile of a whole city looks at some ten thousand and reads the 2,500 that it shows.
create index layer_feature_reach on layer_feature
  (version_id, plane_area_m2 desc, feature_no, ST_XMin(geom), ST_YMin(geom), ST_XMax(geom), ST_YMax(geom));
drop index layer_feature_size;
