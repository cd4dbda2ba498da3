package io.kubejar.storage;

import java.util.List;

/// One revision of the history: what changed, and everything as it was after that.
///
/// @param bytes roughly what keeping this change costs
record Change(long revision, List<Event> events, SortedTree<String, Item> items, int bytes) {}
