/// Fills ClusterRoles that are made up of others.
@NullMarked
package io.kubejar.controllers.clusterrole;

import org.jspecify.annotations.NullMarked;
