/// Other people's clients against a started control plane, over HTTPS: the fabric8 client and the
/// official Java client, the latter with JSON and with protobuf. They were written against
/// upstream's server and know nothing of ours; whatever they cannot do here is a defect.
@NullMarked
package io.kubejar.foreignclients;

import org.jspecify.annotations.NullMarked;
