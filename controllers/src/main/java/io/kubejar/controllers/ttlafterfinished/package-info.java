/// Deletes Jobs some time after they have ended, if they ask for it.
@NullMarked
package io.kubejar.controllers.ttlafterfinished;

import org.jspecify.annotations.NullMarked;
