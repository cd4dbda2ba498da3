/// The plugin `ImagePolicyWebhook`: somebody else says which images pods may be made of.
@NullMarked
package io.kubejar.apiserver.admission.images;

import org.jspecify.annotations.NullMarked;
