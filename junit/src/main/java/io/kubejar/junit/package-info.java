/// What connects clusters to JUnit, below the annotation [io.kubejar.KubernetesCluster]: an
/// extension, and adapters to client libraries that are loaded only when a test asks for them.
@NullMarked
package io.kubejar.junit;

import org.jspecify.annotations.NullMarked;
