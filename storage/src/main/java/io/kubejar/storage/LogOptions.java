package io.kubejar.storage;

import io.kubejar.storage.disk.Disk;
import java.util.UUID;
import java.util.function.Supplier;

/// What a log is built on.
///
/// @param newStore gives a new store its identity
record LogOptions(
    Disk disk, LogLimits limits, LogFormat.Checksum checksum, Supplier<UUID> newStore) {}
