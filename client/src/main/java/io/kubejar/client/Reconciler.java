package io.kubejar.client;

import io.kubejar.apimachinery.ObjectKey;

/// Brings the world closer to what one object asks for.
///
/// It gets a key, never an event, and reads the whole state again. A failure is an exception: the
/// key comes back after a growing wait.
@FunctionalInterface
public interface Reconciler {

  Outcome reconcile(ObjectKey key) throws InterruptedException;
}
