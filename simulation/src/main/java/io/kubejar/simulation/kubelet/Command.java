package io.kubejar.simulation.kubelet;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import io.kubejar.apimachinery.meta.v1.StatusDetails;
import io.kubejar.kubelet.server.Streams;
import io.kubejar.simulation.nodes.ExecHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One command that a handler runs for a client, whatever protocol the client speaks.
final class Command {
  private static final Logger log = LoggerFactory.getLogger(Command.class);
  private static final int SERVER_ERROR = 500;

  /// The client's end of the streams.
  interface Wire {
    /// @param last nothing more follows on this channel
    void send(Channel channel, byte[] bytes, boolean last) throws IOException;
  }

  /// What is run, for whom.
  record Order(
      String namespace,
      String pod,
      String container,
      List<String> command,
      Streams streams,
      ExecHandler handler) {}

  private final Order order;
  private final Wire wire;
  private final Inflow stdin = new Inflow();
  private final Thread thread = Thread.ofVirtual().name("simulated-exec").unstarted(this::run);

  Command(Order order, Wire wire) throws InterruptedIOException {
    this.order = order;
    this.wire = wire;
    if (!order.streams().stdin()) {
      stdin.end();
    }
  }

  void start() {
    thread.start();
  }

  /// Bytes from the client. Its terminal's size is of no interest.
  void received(Channel channel, byte[] bytes) throws InterruptedIOException {
    if (channel == Channel.STDIN) {
      stdin.put(bytes);
    }
  }

  void ended(Channel channel) throws InterruptedIOException {
    if (channel == Channel.STDIN) {
      stdin.end();
    }
  }

  /// The client is gone.
  void cancel() throws InterruptedException {
    thread.interrupt();
    if (thread.getState() != Thread.State.NEW) {
      thread.join();
    }
  }

  private void run() {
    try {
      var status = outcome();
      stdin.close();
      var streams = order.streams();
      if (streams.stdout()) {
        wire.send(Channel.STDOUT, new byte[0], true);
      }
      if (streams.stderr()) {
        wire.send(Channel.STDERR, new byte[0], true);
      }
      wire.send(Channel.ERROR, json(status), true);
    } catch (InterruptedException | IOException gone) {
      log.debug("exec client is gone pod={}/{}", order.namespace(), order.pod(), gone);
    }
  }

  /// As runtimes send it: without its kind.
  private static byte[] json(Status status) {
    var tree = (JsonObject) JsonParser.parse(Status.CODEC.toJson(status));
    return JsonPrinter.printUtf8(tree.without("kind").without("apiVersion"));
  }

  /// How it ended, in the words of upstream's runtimes.
  private Status outcome() throws InterruptedException {
    var out = output(Channel.STDOUT, order.streams().stdout());
    var err = order.streams().tty() ? out : output(Channel.STDERR, order.streams().stderr());
    try {
      int code = order.handler().run(call(stdin, out, err));
      return code == 0 ? Status.EMPTY.withStatus("Success") : failed(code);
    } catch (IOException | RuntimeException | AssertionError failure) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException();
      }
      log.info("exec failed pod={}/{}", order.namespace(), order.pod(), failure);
      return broken(String.valueOf(failure.getMessage()));
    }
  }

  private ExecHandler.Call call(InputStream in, OutputStream out, OutputStream err) {
    return new ExecHandler.Call(
        order.namespace(),
        order.pod(),
        order.container(),
        order.command(),
        order.streams().tty(),
        in,
        out,
        err);
  }

  private static Status failed(int code) {
    var cause = StatusCause.EMPTY.withReason("ExitCode").withMessage(Integer.toString(code));
    return Status.EMPTY
        .withStatus("Failure")
        .withReason("NonZeroExitCode")
        .withMessage("command terminated with exit code " + code)
        .withDetails(StatusDetails.EMPTY.withCauses(List.of(cause)));
  }

  private static Status broken(String why) {
    var message = "error executing command in container: " + why;
    var cause = StatusCause.EMPTY.withMessage(message);
    return Status.EMPTY
        .withStatus("Failure")
        .withReason("InternalError")
        .withMessage("Internal error occurred: " + message)
        .withCode(SERVER_ERROR)
        .withDetails(StatusDetails.EMPTY.withCauses(List.of(cause)));
  }

  private OutputStream output(Channel channel, boolean wanted) {
    return wanted ? new ChannelOutput(channel) : OutputStream.nullOutputStream();
  }

  /// Sends what is written at once.
  private final class ChannelOutput extends OutputStream {
    private final Channel channel;

    ChannelOutput(Channel channel) {
      this.channel = channel;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0) {
        wire.send(channel, Arrays.copyOfRange(bytes, offset, offset + length), false);
      }
    }
  }
}
