@NullMarked
package io.kubejar.apiserver.health;

import org.jspecify.annotations.NullMarked;
