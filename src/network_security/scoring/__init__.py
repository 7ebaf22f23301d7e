"""Scoring of whole tables in constant memory: rows in, portions of verdicts out, files and store.

tables, datasets    where rows come from: `RowSource`, of which a table file is one
portions            rows -> a table of verdicts, a pure function of one partition
parts               finished portions on disk, from which an interrupted run goes on
verdict_file        all parts as one Parquet file
verdict_store       verdicts as documents
message_documents   those on messages, whether scored from files or judged as they come
"""
