/// The rules of the default profile: one class each, named as upstream names them.
@NullMarked
package io.kubejar.scheduler.plugins;

import org.jspecify.annotations.NullMarked;
