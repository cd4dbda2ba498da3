package io.kubejar.controllers.deployment;

import io.kubejar.api.apps.v1.ReplicaSet;

/// One ReplicaSet is to have this size.
record Scaling(ReplicaSet replicaSet, int size) {}
