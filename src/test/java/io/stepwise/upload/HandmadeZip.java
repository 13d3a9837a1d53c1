package io.stepwise.upload;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes zip archives byte by byte, so that they can lie, in every form that writers use and some that none should. */
public final class HandmadeZip {
    /** Where checksum and sizes stand behind the content: with or without signature, 4 or 8 bytes wide. */
    public enum Follows {
        NOT,
        PLAIN,
        SIGNED,
        WIDE,
        SIGNED_WIDE
    }

    private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private int entries;

    /** An entry before it is written; what it says of itself can be changed. */
    public static final class Entry {
        byte[] name;
        byte[] listedName;
        final byte[] content;
        byte[] packed;
        int method;
        int flags;
        long crc;
        long packedSize;
        long unpackedSize;
        int madeBy;
        int attributes;
        boolean wide;
        Follows follows = Follows.NOT;
        byte[] extra = {};

        Entry(String name, byte[] content) {
            this.name = name.getBytes(StandardCharsets.UTF_8);
            this.listedName = this.name;
            this.content = content;
            packed = content;
            packedSize = content.length;
            unpackedSize = content.length;
            CRC32 sum = new CRC32();
            sum.update(content);
            crc = sum.getValue();
        }

        public Entry deflated() {
            Deflater deflater = new Deflater(9, true);
            deflater.setInput(content);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] block = new byte[1 << 14];
            while (!deflater.finished()) {
                out.write(block, 0, deflater.deflate(block));
            }
            deflater.end();
            packed = out.toByteArray();
            packedSize = packed.length;
            method = 8;
            return this;
        }

        /** Packed by another method. */
        public Entry packed(int number, byte[] bytes) {
            method = number;
            packed = bytes;
            packedSize = bytes.length;
            return this;
        }

        public Entry follows(Follows form) {
            follows = form;
            wide = form == Follows.WIDE || form == Follows.SIGNED_WIDE;
            return this;
        }

        /** Unix file mode, such as 0120777 for a link. */
        public Entry mode(int mode) {
            madeBy = 3 << 8 | 20;
            attributes = mode << 16;
            return this;
        }

        public Entry flags(int bits) {
            flags = bits;
            return this;
        }

        public Entry method(int number) {
            method = number;
            return this;
        }

        public Entry crc(long lie) {
            crc = lie;
            return this;
        }

        public Entry unpackedSize(long lie) {
            unpackedSize = lie;
            return this;
        }

        public Entry packedSize(long lie) {
            packedSize = lie;
            return this;
        }

        public Entry wide() {
            wide = true;
            return this;
        }

        public Entry rawName(byte[] bytes) {
            name = bytes;
            listedName = bytes;
            return this;
        }

        public Entry listedAs(String other) {
            listedName = other.getBytes(StandardCharsets.UTF_8);
            return this;
        }

        /** Info-ZIP's field with the name in UTF-8, for this name in an unknown code page. */
        public Entry unicodePath(String path) {
            byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
            CRC32 sum = new CRC32();
            sum.update(name);
            extra = buffer(9 + bytes.length)
                    .putShort((short) 0x7075)
                    .putShort((short) (5 + bytes.length))
                    .put((byte) 1)
                    .putInt((int) sum.getValue())
                    .put(bytes)
                    .array();
            return this;
        }
    }

    public static Entry entry(String name, byte[] content) {
        return new Entry(name, content);
    }

    public static Entry entry(String name, String content) {
        return new Entry(name, content.getBytes(StandardCharsets.UTF_8));
    }

    /** An archive of these. */
    public static byte[] of(Entry... entries) {
        HandmadeZip zip = new HandmadeZip();
        for (Entry entry : entries) {
            zip.add(entry, true);
        }
        return zip.finish("", false);
    }

    /** Adds an entry. */
    public HandmadeZip add(Entry entry, boolean listed) {
        int offset = archive.size();
        boolean behind = entry.follows != Follows.NOT;
        byte[] extra =
                entry.wide ? wideSizes(behind ? 0 : entry.unpackedSize, behind ? 0 : entry.packedSize) : entry.extra;
        long narrow = entry.wide ? 0xffff_ffffL : 0;
        bytes(
                archive,
                buffer(30)
                        .putInt(0x04034b50)
                        .putShort((short) 45)
                        .putShort((short) (entry.flags | (behind ? 8 : 0)))
                        .putShort((short) entry.method)
                        .putInt(0)
                        .putInt((int) (behind ? 0 : entry.crc))
                        .putInt((int) (entry.wide ? narrow : behind ? 0 : entry.packedSize))
                        .putInt((int) (entry.wide ? narrow : behind ? 0 : entry.unpackedSize))
                        .putShort((short) entry.name.length)
                        .putShort((short) extra.length));
        archive.writeBytes(entry.name);
        archive.writeBytes(extra);
        archive.writeBytes(entry.packed);
        descriptor(entry);
        if (listed) {
            list(entry, offset);
        }
        return this;
    }

    private void descriptor(Entry entry) {
        ByteBuffer descriptor = buffer(24);
        if (entry.follows == Follows.SIGNED || entry.follows == Follows.SIGNED_WIDE) {
            descriptor.putInt(0x08074b50);
        }
        if (entry.follows == Follows.PLAIN || entry.follows == Follows.SIGNED) {
            descriptor.putInt((int) entry.crc).putInt((int) entry.packedSize).putInt((int) entry.unpackedSize);
        } else if (entry.follows != Follows.NOT) {
            descriptor.putInt((int) entry.crc).putLong(entry.packedSize).putLong(entry.unpackedSize);
        }
        archive.write(descriptor.array(), 0, descriptor.position());
    }

    private void list(Entry entry, int offset) {
        entries++;
        bytes(
                directory,
                buffer(46)
                        .putInt(0x02014b50)
                        .putShort((short) entry.madeBy)
                        .putShort((short) 45)
                        .putShort((short) entry.flags)
                        .putShort((short) entry.method)
                        .putInt(0)
                        .putInt((int) entry.crc)
                        .putInt((int) entry.packedSize)
                        .putInt((int) entry.unpackedSize)
                        .putShort((short) entry.listedName.length)
                        .putShort((short) entry.extra.length)
                        .putShort((short) 0)
                        .putInt(0)
                        .putInt(entry.attributes)
                        .putInt(offset));
        directory.writeBytes(entry.listedName);
        directory.writeBytes(entry.extra);
    }

    /** Lists an entry that isn't there. */
    public HandmadeZip listOnly(Entry entry) {
        list(entry, archive.size());
        return this;
    }

    /** The whole archive. */
    public byte[] finish(String comment, boolean wideEnd) {
        int start = archive.size();
        archive.writeBytes(directory.toByteArray());
        if (wideEnd) {
            int end = archive.size();
            bytes(
                    archive,
                    buffer(56)
                            .putInt(0x06064b50)
                            .putLong(44)
                            .putInt(0)
                            .putLong(0)
                            .putLong(entries)
                            .putLong(entries)
                            .putLong(directory.size())
                            .putLong(start));
            bytes(archive, buffer(20).putInt(0x07064b50).putInt(0).putLong(end).putInt(1));
        }
        bytes(
                archive,
                buffer(22)
                        .putInt(0x06054b50)
                        .putInt(0)
                        .putShort((short) entries)
                        .putShort((short) entries)
                        .putInt(directory.size())
                        .putInt(start)
                        .putShort((short) comment.length()));
        archive.writeBytes(comment.getBytes(StandardCharsets.US_ASCII));
        return archive.toByteArray();
    }

    private static byte[] wideSizes(long unpacked, long packed) {
        return buffer(20)
                .putShort((short) 1)
                .putShort((short) 16)
                .putLong(unpacked)
                .putLong(packed)
                .array();
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void bytes(ByteArrayOutputStream into, ByteBuffer buffer) {
        into.writeBytes(buffer.array());
    }
}
