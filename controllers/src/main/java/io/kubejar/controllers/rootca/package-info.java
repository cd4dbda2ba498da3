/// Puts the cluster's authority into every namespace, so that pods can check the API server's
/// certificate.
@NullMarked
package io.kubejar.controllers.rootca;

import org.jspecify.annotations.NullMarked;
