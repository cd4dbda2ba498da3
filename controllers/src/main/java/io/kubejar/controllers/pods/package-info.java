/// What controllers ask about a pod.
@NullMarked
package io.kubejar.controllers.pods;

import org.jspecify.annotations.NullMarked;
