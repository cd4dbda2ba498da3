/// How the parts of the control plane are, as `componentstatuses` show it. Nothing of it is stored.
@NullMarked
package io.kubejar.apiserver.components;

import org.jspecify.annotations.NullMarked;
