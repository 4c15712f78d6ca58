-- The largest features of a version first: a vector tile of a whole city takes some thousand of a million rows.
create index layer_feature_size on layer_feature (version_id, plane_area_m2 desc, feature_no);
