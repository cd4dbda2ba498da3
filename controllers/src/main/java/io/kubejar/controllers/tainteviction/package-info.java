/// Removes pods from nodes with NoExecute taints that they do not tolerate, or not for any longer.
@NullMarked
package io.kubejar.controllers.tainteviction;

import org.jspecify.annotations.NullMarked;
