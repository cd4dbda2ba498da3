/// Gives every namespace its default ServiceAccount, and removes tokens whose account is gone.
@NullMarked
package io.kubejar.controllers.serviceaccount;

import org.jspecify.annotations.NullMarked;
