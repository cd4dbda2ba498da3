package io.kubejar.storage;

import io.kubejar.storage.disk.Disk;
import io.kubejar.storage.disk.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The append-only log of an embedded store: numbered segments, of which only the newest is
/// written.
///
/// Owned by one thread. A [DiskFaultException] means that the store must stop; after any other
/// [IOException] the log is as it was before the call, and the call may be repeated later.
final class Log implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Log.class);

  private final Disk disk;
  private final LogLimits limits;
  private final LogFormat.Checksum checksum;
  private final ArrayDeque<Segment> older = new ArrayDeque<>();
  private final ArrayDeque<String> spares = new ArrayDeque<>();
  private Segment current;
  private DiskFile file;
  private long allocated;
  private int chain;
  private long revision;
  private long snapshotRevision;
  private long snapshotBytes;
  private long names;
  private ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);

  /// A record ready to be written, with the revision of the store after it.
  record Encoded(long revision, Value payload) {
    static Encoded of(LogRecord logged, long revision) {
      return new Encoded(revision, Value.wrap(logged.encode()));
    }
  }

  /// A log whose state has been recovered.
  record Opened(Log log, State state) {}

  private Log(LogOptions options, Recovery.Recovered recovered) throws IOException {
    this.disk = options.disk();
    this.limits = options.limits();
    this.checksum = options.checksum();
    this.chain = recovered.chain();
    this.revision = recovered.state().revision();
    this.snapshotRevision = recovered.snapshotRevision();
    this.snapshotBytes = recovered.snapshotBytes();
    older.addAll(recovered.segments());
    spares.addAll(FileNames.only(disk.list(), FileNames.SPARE));
    if (older.isEmpty()) {
      var header = new SegmentHeader(options.newStore().get(), 1, revision, chain);
      var name = FileNames.of(FileNames.UNFINISHED, names++);
      current = new Segment(header, LogFormat.BLOCK_BYTES);
      file = disk.create(name);
      publishSegment(file, name, current);
    } else {
      current = older.removeLast();
      file = disk.open(current.name());
    }
    allocated = LogFormat.alignUp(file.size());
  }

  static Opened open(LogOptions options) throws IOException {
    var recovered = Recovery.recover(options);
    var disk = options.disk();
    for (var name : FileNames.only(disk.list(), FileNames.UNFINISHED)) {
      disk.delete(name);
    }
    var log = new Log(options, recovered);
    log.forgetBefore(recovered.snapshotRevision());
    return new Opened(log, recovered.state());
  }

  /// Writes records, all of them or none, and returns when they are durable.
  void append(List<Encoded> records) throws IOException {
    if (records.isEmpty()) {
      return;
    }
    long bytes = 0;
    for (var encoded : records) {
      bytes += Frame.sizeOf(encoded.payload().size());
    }
    bytes = LogFormat.alignUp(bytes);
    if (current.bytes() > LogFormat.BLOCK_BYTES
        && LogFormat.alignUp(current.bytes()) + bytes > limits.segmentBytes()) {
      rotate();
    }
    long start = LogFormat.alignUp(current.bytes());
    reserve(start + bytes);
    int lastChecksum = encode(records, start, (int) bytes);
    int used = buffer.position();
    try {
      file.write(start, buffer.position(0).limit((int) bytes));
      file.sync();
    } catch (IOException e) {
      throw new DiskFaultException("cannot write " + current.name() + " in " + disk, e);
    }
    chain = lastChecksum;
    revision = records.getLast().revision();
    current = current.withBytes(start + used);
  }

  /// Fills the buffer with the batch, up to a whole block.
  private int encode(List<Encoded> records, long start, int bytes) {
    if (buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(Math.max(bytes, 2 * buffer.capacity()));
    }
    buffer.clear();
    int last = chain;
    for (var encoded : records) {
      var place = new Frame.FramePlace(current.header().sequence(), Math.toIntExact(start), last);
      last = Frame.write(buffer, place, encoded.revision(), encoded.payload().array(), checksum);
    }
    int used = buffer.position();
    while (buffer.position() < bytes) {
      buffer.put((byte) 0);
    }
    buffer.position(used);
    return last;
  }

  /// Makes room ahead of use, so that a full disk shows before anything is written, and so that
  /// most syncs need not write a new size.
  private void reserve(long end) throws IOException {
    if (end <= allocated) {
      return;
    }
    long target = Math.max(end, Math.min(allocated + limits.growBytes(), limits.segmentBytes()));
    var zeros = ByteBuffer.allocate(64 << 10);
    for (long at = allocated; at < target; at += zeros.capacity()) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), target - at));
      file.write(at, zeros);
    }
    allocated = target;
  }

  /// Begins a new segment: in a recycled file if there is one, whose blocks are on the disk
  /// already.
  private void rotate() throws IOException {
    var old = current.header();
    var header = new SegmentHeader(old.store(), old.sequence() + 1, revision, chain);
    var segment = new Segment(header, LogFormat.BLOCK_BYTES);
    var spare = spares.peek();
    var name = spare == null ? FileNames.of(FileNames.UNFINISHED, names++) : spare;
    var next = spare == null ? disk.create(name) : disk.open(name);
    long size;
    try {
      publishSegment(next, name, segment);
      size = LogFormat.alignUp(next.size());
    } catch (DiskFaultException e) {
      next.close();
      throw e;
    } catch (IOException e) {
      next.close();
      if (spare == null) {
        disk.delete(name);
      }
      throw e;
    }
    if (spare != null) {
      spares.remove();
    }
    file.close();
    older.add(current);
    current = segment;
    file = next;
    allocated = size;
  }

  /// Only a segment whose header is durable gets its name, so one that has a name and no sound
  /// header is damaged.
  private void publishSegment(DiskFile target, String name, Segment segment) throws IOException {
    target.write(0, segment.header().encode(checksum));
    try {
      target.sync();
      disk.rename(name, segment.name());
      disk.sync();
    } catch (IOException e) {
      throw new DiskFaultException("cannot begin " + segment.name() + " in " + disk, e);
    }
  }

  /// Whether so much of the log is older than a revision that a snapshot there pays.
  boolean needsSnapshot(long compacted) {
    if (compacted <= snapshotRevision) {
      return false;
    }
    long obsolete = 0;
    var segments = older.iterator();
    while (segments.hasNext()) {
      var segment = segments.next();
      if (endOf(segment) > compacted) {
        break;
      }
      obsolete += segment.bytes();
    }
    // A large snapshot has to be worth its own writing.
    return obsolete >= Math.max(snapshotBytes, limits.segmentBytes() / 2);
  }

  /// The newest revision in an older segment.
  private long endOf(Segment segment) {
    var next = current;
    for (var candidate : older) {
      if (candidate.header().sequence() == segment.header().sequence() + 1) {
        next = candidate;
      }
    }
    return next.header().baseRevision();
  }

  /// Tells that a durable snapshot is there, which makes older segments and snapshots useless.
  void snapshotTaken(long takenRevision, long bytes) throws IOException {
    snapshotRevision = takenRevision;
    snapshotBytes = bytes;
    forgetBefore(takenRevision);
  }

  /// Takes away, or keeps for writing over, what a snapshot of this revision makes useless. Does
  /// nothing if there is no such snapshot.
  private void forgetBefore(long covered) throws IOException {
    var names = disk.list();
    if (!names.contains(FileNames.of(FileNames.SNAPSHOT, covered))) {
      return;
    }
    while (!older.isEmpty() && endOf(older.getFirst()) <= covered) {
      older.removeFirst();
    }
    long firstLive = (older.isEmpty() ? current : older.getFirst()).header().sequence();
    for (var name : FileNames.only(names, FileNames.SEGMENT)) {
      long sequence = FileNames.number(name, FileNames.SEGMENT);
      if (sequence < firstLive) {
        retire(name, FileNames.of(FileNames.SPARE, sequence));
      }
    }
    for (var name : FileNames.only(names, FileNames.SNAPSHOT)) {
      if (FileNames.number(name, FileNames.SNAPSHOT) < covered) {
        disk.delete(name);
      }
    }
    try {
      disk.sync();
    } catch (IOException e) {
      throw new DiskFaultException("cannot sync the directory " + disk, e);
    }
  }

  private void retire(String name, String spareName) throws IOException {
    if (spares.size() < limits.spareSegments()) {
      disk.rename(name, spareName);
      spares.add(spareName);
    } else {
      disk.delete(name);
    }
    LOG.debug("retired log segment name={} spares={}", name, spares.size());
  }

  UUID store() {
    return current.header().store();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
