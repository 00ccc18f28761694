//! What the rules need from the world: storage, clock, identifiers, hashing.
