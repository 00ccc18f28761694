-- What was decided for one organization alone, over its plan: an object of limits and features.
ALTER TABLE organizations ADD COLUMN overrides TEXT NOT NULL DEFAULT '{}'
    CHECK (json_valid(overrides) AND json_type(overrides) = 'object');
