/// What turns the wishes in the API into the state of the cluster: one package per controller.
///
/// Every controller has the same shape: it reads the caches, a pure plan decides, the plan is
/// performed through the API, the status reports. [Controllers] lists them all.
@NullMarked
package io.kubejar.controllers;

import org.jspecify.annotations.NullMarked;
