package io.kubejar.cri;

import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.ClientCalls;
import io.kubejar.cri.containerd.content.Info;
import io.kubejar.cri.containerd.content.InfoRequest;
import io.kubejar.cri.containerd.content.UpdateRequest;
import io.kubejar.cri.containerd.content.WriteAction;
import io.kubejar.cri.containerd.content.WriteContentRequest;
import io.kubejar.cri.containerd.content.WriteContentResponse;
import io.kubejar.cri.containerd.types.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;

/// Blobs by digest in containerd's content store. Writing one that is there already only adds the
/// labels.
final class ContentStore {
  private static final int CHUNK_BYTES = 1024 * 1024;

  private final Channel channel;

  ContentStore(Channel channel) {
    this.channel = channel;
  }

  Descriptor put(String mediaType, byte[] bytes, Map<String, String> labels)
      throws IOException, InterruptedException {
    String digest = digest(new ByteArrayInputStream(bytes));
    if (known(digest)) {
      label(digest, labels);
    } else {
      write(digest, bytes.length, new ByteArrayInputStream(bytes), labels);
    }
    return descriptor(mediaType, digest, bytes.length);
  }

  Descriptor putFile(String mediaType, ImageArchive archive, String file)
      throws IOException, InterruptedException {
    String digest;
    try (var in = archive.stream(file)) {
      digest = digest(in);
    }
    if (!known(digest)) {
      try (var in = archive.stream(file)) {
        write(digest, archive.size(file), in, Map.of());
      }
    }
    return descriptor(mediaType, digest, archive.size(file));
  }

  private static Descriptor descriptor(String mediaType, String digest, long size) {
    return Descriptor.newBuilder().setMediaType(mediaType).setDigest(digest).setSize(size).build();
  }

  private boolean known(String digest) throws InterruptedException {
    try {
      var request = InfoRequest.newBuilder().setDigest(digest).build();
      GrpcSocket.call(channel, ContainerdMethods.CONTENT_INFO, request, ContainerdClient.QUICK);
      return true;
    } catch (CriException e) {
      if (e.notFound()) {
        return false;
      }
      throw e;
    }
  }

  private void label(String digest, Map<String, String> labels) throws InterruptedException {
    var info = Info.newBuilder().setDigest(digest).putAllLabels(labels);
    var mask = FieldMask.newBuilder();
    labels.keySet().forEach(name -> mask.addPaths("labels." + name));
    GrpcSocket.call(
        channel,
        ContainerdMethods.UPDATE_CONTENT,
        UpdateRequest.newBuilder().setInfo(info).setUpdateMask(mask).build(),
        ContainerdClient.QUICK);
  }

  private void write(String digest, long size, InputStream in, Map<String, String> labels)
      throws IOException, InterruptedException {
    var call =
        ClientCalls.blockingBidiStreamingCall(
            channel, ContainerdMethods.WRITE_CONTENT, CallOptions.DEFAULT);
    String ref = "kubejar-" + UUID.randomUUID();
    try {
      long offset = 0;
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int n = in.readNBytes(chunk, 0, chunk.length);
          n > 0;
          n = in.readNBytes(chunk, 0, chunk.length)) {
        var part = part(WriteAction.WRITE, ref, digest, size).setOffset(offset);
        exchange(call, part.setData(ByteString.copyFrom(chunk, 0, n)).build());
        offset += n;
      }
      var end = part(WriteAction.COMMIT, ref, digest, size).setOffset(offset).putAllLabels(labels);
      exchange(call, end.build());
      call.halfClose();
    } catch (StatusException e) {
      call.cancel("the import failed", e);
      var failure = new CriException("content write", e.getStatus().asRuntimeException());
      if (!failure.alreadyExists()) {
        throw failure;
      }
    }
  }

  private static WriteContentRequest.Builder part(
      WriteAction action, String ref, String digest, long size) {
    return WriteContentRequest.newBuilder()
        .setAction(action)
        .setRef(ref)
        .setExpected(digest)
        .setTotal(size);
  }

  /// One question, one answer: so at most one chunk is under way.
  private static void exchange(
      BlockingClientCall<WriteContentRequest, WriteContentResponse> call,
      WriteContentRequest request)
      throws StatusException, InterruptedException, IOException {
    if (!call.write(request) || call.read() == null) {
      throw new IOException("containerd ended the transfer of " + request.getExpected());
    }
  }

  static String digest(InputStream in) throws IOException {
    try {
      var sha = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[64 * 1024];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sha.update(buffer, 0, n);
      }
      return "sha256:" + HexFormat.of().formatHex(sha.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
