package io.kubejar.storage;

import java.util.Optional;

/// What a key held at a revision.
public record ReadResult(Optional<Entry> entry, long revision) {}
