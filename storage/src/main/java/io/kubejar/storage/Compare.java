package io.kubejar.storage;

/// A condition of a transaction: the key was last written at this revision, or, with 0, is absent.
public record Compare(String key, long modRevision) {}
